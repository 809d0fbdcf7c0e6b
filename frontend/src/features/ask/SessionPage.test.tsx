import { act, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Envelope } from '../../api/types'
import { answer, refusal } from '../../testing/answers'
import { renderRoutes } from '../../testing/render'
import { tellStory } from '../../testing/stories'
import { SessionPage } from './SessionPage'

class FakeEvents {
  static open: FakeEvents[] = []
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  readonly address: string
  constructor(address: string) {
    this.address = address
    FakeEvents.open.push(this)
  }
  close(): void {}
  async tell(events: Envelope[]): Promise<void> {
    await act(async () => {
      for (const event of events) this.onmessage?.({ data: JSON.stringify(event) })
      await new Promise((resolve) => setTimeout(resolve, 40))
    })
  }
}

const session = {
  id: 'ses_1',
  title: 'Fares',
  dataset_ids: ['ds_1'],
  turns: 1,
  archived: false,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
}

beforeEach(() => {
  localStorage.clear()
  FakeEvents.open = []
  vi.stubGlobal('EventSource', FakeEvents)
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600)
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly told: ResizeObserverCallback
      constructor(told: ResizeObserverCallback) {
        this.told = told
      }
      observe(): void {
        const entry = {
          contentRect: { width: 600, height: 800, x: 0, y: 0, top: 0, left: 0, right: 600, bottom: 800 },
        }
        this.told([entry as unknown as ResizeObserverEntry], this)
      }
      unobserve(): void {}
      disconnect(): void {}
    },
  )
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

function open(routes: Parameters<typeof answer>[0]) {
  const asked = answer({
    '/api/health': { status: 503, body: refusal('UNAVAILABLE', 'starting') },
    '/api/sessions': { body: [session] },
    '/api/datasets': { body: [] },
    ...routes,
  })
  renderRoutes({ '/ask/$sessionId': SessionPage }, '/ask/ses_1')
  return asked
}

const waiting = tellStory([
  {
    understood: true,
    planned: true,
    review: 'open',
    attempt: 'none',
    artifacts: 0,
    lines: 0,
    outcome: 'nothing',
    end: 'waiting',
    edits: [],
  },
])

it('shows the approval of a question that already waited when the page was loaded', async () => {
  const last_seq = waiting.events.at(-1)?.seq ?? 0
  open({ '/api/sessions/ses_1': { body: { session, turns: waiting.turns, last_seq } } })
  expect(await screen.findByRole('heading', { name: 'question 0' })).toBeInTheDocument()
  // A turn at work is told again from its start: only events know about approvals.
  await waitFor(() => expect(FakeEvents.open.at(-1)?.address).toBe('/api/sessions/ses_1/events?after=0'))
  await FakeEvents.open.at(-1)?.tell(waiting.events)
  expect(await screen.findByRole('button', { name: 'Proceed' })).toBeInTheDocument()
  // The card lists the steps: told twice they would push its buttons out of sight.
  expect(screen.queryByRole('list', { name: 'Plan' })).toBeNull()
})

it('follows a settled conversation from its cursor and shows what is new', async () => {
  open({ '/api/sessions/ses_1': { body: { session, turns: [], last_seq: 40 } } })
  await waitFor(() => expect(FakeEvents.open.at(-1)?.address).toBe('/api/sessions/ses_1/events?after=40'))
  await FakeEvents.open.at(-1)?.tell(waiting.events.map((event) => ({ ...event, seq: event.seq + 40 })))
  expect(await screen.findByRole('heading', { name: 'question 0' })).toBeInTheDocument()
})

it('stops the run that is at work', async () => {
  const last_seq = waiting.events.at(-1)?.seq ?? 0
  const asked = open({
    '/api/sessions/ses_1': { body: { session, turns: waiting.turns, last_seq } },
    '/api/runs/run_0/cancel': { body: {} },
  })
  await userEvent.click(await screen.findByRole('button', { name: 'Stop' }))
  expect(asked).toContainEqual({ method: 'POST', path: '/api/runs/run_0/cancel', body: undefined })
})

it('says that a conversation is gone, and does not offer to try again', async () => {
  open({ '/api/sessions/ses_1': { status: 404, body: refusal('NOT_FOUND', 'There is no such session.') } })
  expect(await screen.findByRole('alert')).toHaveTextContent('There is no such session.')
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
})
