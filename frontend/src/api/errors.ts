import type { ErrorBody } from './types'

/** A request that did not succeed: what the server said, or that it could not be reached (`status` 0). */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: Record<string, unknown>
  readonly requestId: string

  constructor(status: number, body: Partial<ErrorBody> & { message: string; code: string }) {
    super(body.message)
    this.name = 'ApiError'
    this.status = status
    this.code = body.code
    this.details = body.details ?? {}
    this.requestId = body.request_id ?? ''
  }

  /** Trying the same again later may work. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }

  /** What was asked for is not there (any more): asking again changes nothing. */
  get gone(): boolean {
    return this.status === 404
  }
}

export const UNREACHABLE = 'The service did not answer. It may have stopped, or the connection was lost.'

/** Reads the error envelope; an answer of somebody in between (a proxy) has none. */
export function errorFrom(status: number, body: string): ApiError {
  try {
    const parsed = JSON.parse(body) as { error?: ErrorBody }
    if (typeof parsed.error?.message === 'string') return new ApiError(status, parsed.error)
  } catch {
    // Not JSON: said below in our own words.
  }
  return new ApiError(status, {
    code: `HTTP_${status}`,
    message: `The service answered with status ${status}.`,
  })
}

/** What is safe after this failure: said beside what happened and what to do. */
export function whatIsSafe(error: ApiError): string {
  if (error.status === 0)
    return 'Your data and conversations are kept on the server; work that runs there goes on.'
  if (error.status === 413 || error.status === 422 || error.code === 'UNSUPPORTED_FILE_TYPE')
    return 'Nothing was stored; your file on disk is untouched.'
  if (error.status === 507) return 'Nothing half-written was kept; what was stored before is unharmed.'
  if (error.status >= 500) return 'What was stored before is unharmed.'
  return 'Nothing was changed.'
}

export function whatToDo(error: ApiError): string {
  const known: Record<string, string> = {
    CONFLICT: 'Reload to see the current state, then try again.',
    EMPTY_FILE: 'Choose a file with a header row and at least one row of data.',
    NOT_FOUND: '',
    STORAGE_FULL: 'Free space in the data folder, then try again.',
    TOO_LARGE: 'Split the file, or raise the limit in the settings of the server.',
    UNAUTHENTICATED: 'Open the address with the token that the server printed at its start.',
    UNPROCESSABLE_FILE:
      'Open the file in the program that made it, export it again as CSV or Parquet, and retry.',
    UNSUPPORTED_FILE_TYPE: 'Export the data as CSV, Excel, JSON or Parquet and drop that file.',
  }
  if (error.status === 0) return 'Check that the server runs; this page reconnects by itself.'
  return (
    known[error.code] ?? (error.retryable ? 'Try again in a moment.' : 'Change the request and try again.')
  )
}

/** Any thrown value as an ApiError, so that one component can show every failure. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  if (thrown instanceof TypeError) return new ApiError(0, { code: 'UNREACHABLE', message: UNREACHABLE })
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new ApiError(500, { code: 'PAGE_ERROR', message })
}
