import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import type { BuildOffer } from '../../api/types'
import { answer, refusal } from '../../testing/answers'
import { renderRoutes } from '../../testing/render'
import { HandedOver } from './HandedOver'

const offer: BuildOffer = {
  dataset_id: 'ds_1',
  dataset_name: 'shop.csv',
  target: 'churn',
  job_id: 'run_9',
  started: false,
}
const START = '/api/sessions/ses_1/turns/trn_1/build'

/** Its links need routes to lead to. */
function show(change: Partial<BuildOffer> = {}) {
  const page = () => (
    <HandedOver
      sessionId="ses_1"
      turnId="trn_1"
      message="It is work for Build."
      offer={{ ...offer, ...change }}
    />
  )
  renderRoutes({ '/': page, '/build': page, '/build/$jobId': page })
}

afterEach(() => {
  vi.unstubAllGlobals()
})

it('says what it takes before anything runs, and begins with the time that was chosen', async () => {
  const asked = answer({ [START]: { body: { id: 'run_9' } } })
  show()
  expect(await screen.findByRole('heading', { name: 'Build a model of churn?' })).toBeInTheDocument()
  expect(screen.getByText(/it costs time, no money/)).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'More choices' })).toHaveAttribute(
    'href',
    expect.stringContaining('target=churn'),
  )
  expect(asked).toEqual([])
  await userEvent.click(screen.getByRole('radio', { name: '1 min' }))
  await userEvent.click(screen.getByRole('button', { name: 'Build it' }))
  await userEvent.click(screen.getByRole('button', { name: 'Build it' }))
  expect(asked).toEqual([{ method: 'POST', path: START, body: { target: 'churn', budget_s: 60 } }])
})

it('asks for the column where the question names none', async () => {
  answer({ '/api/datasets/ds_1/statistics': { body: { rows: 2, columns: [{ name: 'churn' }] } } })
  show({ target: null })
  expect(await screen.findByRole('heading', { name: 'Build a model?' })).toBeInTheDocument()
  expect(screen.getByRole('combobox', { name: 'Column to predict' })).toBeInTheDocument()
})

it('says why it could not begin', async () => {
  answer({ [START]: { status: 404, body: refusal('NOT_FOUND', 'The dataset is gone.') } })
  show()
  await userEvent.click(await screen.findByRole('button', { name: 'Build it' }))
  expect(await screen.findByText('The dataset is gone.')).toBeInTheDocument()
})

it('shows what came of it', async () => {
  answer({
    '/api/jobs/run_9': {
      body: {
        id: 'run_9',
        title: 'churn of shop.csv',
        state: 'done',
        verdict: 'pass',
        stages: [],
        clarification: null,
        failure: null,
        ended_at: '2026-11-22T08:00:00Z',
      },
    },
    '/api/jobs/run_9/result': {
      body: {
        result: { found: 'Calls tell most.', sure: 'Rather sure.' },
      },
    },
  })
  show({ started: true })
  expect(await screen.findByText('Calls tell most.')).toBeInTheDocument()
  expect(screen.getByText('Rather sure.')).toBeInTheDocument()
  expect(screen.getByRole('link', { name: 'Open it in Build' })).toHaveAttribute('href', '/build/run_9')
})
