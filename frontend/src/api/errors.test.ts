import { describe, expect, it } from 'vitest'
import { ApiError, asApiError, errorFrom, whatIsSafe, whatToDo } from './errors'

describe('a failure', () => {
  it('keeps what the envelope says', () => {
    const body = {
      error: { code: 'TOO_LARGE', message: 'm', details: { limit: 1 }, timestamp: '', request_id: 'r' },
    }
    const error = errorFrom(413, JSON.stringify(body))
    expect(error).toMatchObject({
      status: 413,
      code: 'TOO_LARGE',
      message: 'm',
      requestId: 'r',
      details: { limit: 1 },
    })
  })

  it.each(['', '<html>502 Bad Gateway</html>', '{"detail":"x"}', 'null'])(
    'without an envelope (%s) says the status and nothing of the body',
    (body) => {
      const error = errorFrom(502, body)
      expect(error.code).toBe('HTTP_502')
      expect(error.message).toBe('The service answered with status 502.')
      expect(error.retryable).toBe(true)
    },
  )

  it.each([0, 400, 401, 404, 409, 413, 422, 429, 500, 503, 507])(
    'of status %s says what is safe and what to do',
    (status) => {
      const error = new ApiError(status, { code: 'X', message: 'm' })
      expect(whatIsSafe(error)).not.toBe('')
      expect(whatToDo(error)).not.toBe('')
    },
  )

  it('of the network is one of reaching the service', () => {
    expect(asApiError(new TypeError('Failed to fetch')).status).toBe(0)
    expect(asApiError(new Error('x')).code).toBe('PAGE_ERROR')
  })
})
