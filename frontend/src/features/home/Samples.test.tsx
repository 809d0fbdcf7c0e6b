import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { answer, refusal } from '../../testing/answers'
import { renderRoutes } from '../../testing/render'
import { Samples } from './Samples'

const note = {
  name: 'strikes',
  title: 'Wildlife strikes',
  source: 'FAA',
  licence: 'Public domain',
  questions: ['cost by size', 'strikes per month'],
}

beforeEach(() => {
  localStorage.clear()
})
afterEach(() => {
  vi.unstubAllGlobals()
})

function open(dataset_id: string | null) {
  const asked = answer({
    '/api/samples': { body: [{ ...note, dataset_id }] },
    '/api/health': { status: 503, body: refusal('UNAVAILABLE', 'starting') },
    '/api/query': { status: 202, body: { session_id: 'ses_1', turn_id: 't', run_id: 'r' } },
  })
  renderRoutes({ '/': Samples, '/ask/$sessionId': () => null })
  return asked
}

it('offers to load what is not there yet', async () => {
  open(null)
  expect(await screen.findByRole('button', { name: 'Load it' })).toBeInTheDocument()
  expect(screen.getByRole('heading', { name: 'Try the sample' })).toBeInTheDocument()
})

it('offers questions about what is loaded, never to load it again', async () => {
  const asked = open('dts_1')
  await userEvent.click(await screen.findByRole('button', { name: 'cost by size' }))
  expect(screen.queryByRole('button', { name: 'Load it' })).toBeNull()
  expect(asked).toContainEqual({
    method: 'POST',
    path: '/api/query',
    body: { question: 'cost by size', approval: 'auto', dataset_ids: ['dts_1'] },
  })
})
