import { act, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { answer } from '../../testing/answers'
import { renderInPage } from '../../testing/render'
import { Composer } from './Composer'

const health = {
  status: 'ok',
  version: '0',
  database: 'sqlite',
  planner: 'builtin',
  approval: 'auto',
  sandbox: { backend: 'local', tier: 'kernel', isolation: '', state: 'ready', message: null, warnings: [] },
  limits: { max_upload_mb: 1, max_question_chars: 20, timeout_s: 1, memory_mb: 1, keep_alive_s: 1 },
}

beforeEach(() => {
  localStorage.clear()
  answer({ '/api/health': { body: health } })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const show = (onSend = vi.fn(() => Promise.resolve()), onStop?: () => void) => {
  const page = renderInPage(
    <Composer draftKey="ses_1" sending={false} datasets={null} onSend={onSend} onStop={onStop} />,
  )
  return { ...page, onSend, field: screen.getByLabelText('Your question') }
}

it('sends with Enter and empties itself', async () => {
  const { field, onSend } = show()
  await userEvent.type(field, '  average fare {Enter}')
  expect(onSend).toHaveBeenCalledExactlyOnceWith('average fare')
  expect(field).toHaveValue('')
})

it('keeps the words of a question that was not taken', async () => {
  const { field } = show(vi.fn(() => Promise.reject(new Error('the service is away'))))
  await userEvent.type(field, 'average fare{Enter}')
  expect(field).toHaveValue('average fare')
})

it('keeps what was typed while the question before was on its way', async () => {
  let taken: (() => void) | undefined
  const { field } = show(
    vi.fn(
      () =>
        new Promise<void>((resolve) => {
          taken = resolve
        }),
    ),
  )
  await userEvent.type(field, 'one{Enter}')
  await userEvent.type(field, ' more')
  await act(async () => taken?.())
  expect(field).toHaveValue('one more')
})

it('makes a new line with Shift+Enter and does not send', async () => {
  const { field, onSend } = show()
  await userEvent.type(field, 'a{Shift>}{Enter}{/Shift}b')
  expect(field).toHaveValue('a\nb')
  expect(onSend).not.toHaveBeenCalled()
})

it('keeps what was typed across a reload, by conversation', async () => {
  const { field, unmount } = show()
  await userEvent.type(field, 'half a ques')
  unmount()
  expect(show().field).toHaveValue('half a ques')
})

it('counts down near the limit and refuses what is over it', async () => {
  const { field, onSend } = show()
  await userEvent.type(field, '12345678901234567')
  expect(await screen.findByText('3 characters left')).toBeInTheDocument()
  await userEvent.type(field, '89012{Enter}')
  expect(screen.getByText(/22 of 20 characters/)).toBeInTheDocument()
  expect(onSend).not.toHaveBeenCalled()
})

it('offers Stop instead of Send while something runs', async () => {
  const onStop = vi.fn()
  show(undefined, onStop)
  expect(screen.queryByRole('button', { name: 'Send' })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Stop' }))
  expect(onStop).toHaveBeenCalledOnce()
})

it('remembers whether code waits for a person', async () => {
  const { unmount } = show()
  await userEvent.click(screen.getByText('Review first'))
  unmount()
  show()
  expect(screen.getByRole('radio', { name: 'Review first' })).toBeChecked()
})
