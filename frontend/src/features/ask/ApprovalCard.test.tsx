import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import type { Approval } from '../../live/conversation'
import { answer, refusal } from '../../testing/answers'
import { renderInPage } from '../../testing/render'
import { ApprovalCard } from './ApprovalCard'

const approval: Approval = {
  id: 'app_1',
  runId: 'run_1',
  request: {
    title: 'Average fare by class',
    steps: ['Read titanic', 'Average fare by class'],
    reason: 'You asked to review first.',
    packages: [],
    estimate: {
      seconds_low: 0.3,
      seconds_high: 1.6,
      cost_low: '0',
      cost_high: '0',
      currency: 'USD',
      rows: 891,
    },
  },
}

afterEach(() => {
  vi.unstubAllGlobals()
})

it('shows the steps and what they will take before anything runs', () => {
  renderInPage(<ApprovalCard approval={approval} />)
  expect(screen.getByText('Read titanic')).toBeInTheDocument()
  expect(screen.getByText('0.3 s – 1.6 s')).toBeInTheDocument()
  expect(screen.getByText('free')).toBeInTheDocument()
  expect(screen.getByText('891')).toBeInTheDocument()
})

it.each([
  ['Proceed', 'approve'],
  ['Decline', 'decline'],
])('%s sends the verdict %s for this approval, once', async (button, verdict) => {
  const asked = answer({ '/api/runs/run_1/decision': { body: {} } })
  renderInPage(<ApprovalCard approval={approval} />)
  await userEvent.click(screen.getByRole('button', { name: button }))
  await userEvent.click(screen.getByRole('button', { name: button }))
  expect(asked).toEqual([
    { method: 'POST', path: '/api/runs/run_1/decision', body: { approval_id: 'app_1', verdict } },
  ])
})

it('proceeds with the edited code once there is some, never with the one it was edited from', async () => {
  const asked = answer({})
  const proceed = vi.fn(() => Promise.resolve())
  renderInPage(<ApprovalCard approval={approval} onEdit={vi.fn()} onProceedEdited={proceed} />)
  expect(screen.queryByRole('button', { name: 'Proceed' })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Proceed as edited' }))
  expect(proceed).toHaveBeenCalledOnce()
  expect(asked).toEqual([])
})

it('names every package with the file that is allowed, and what proceeding does', async () => {
  const asked = answer({ '/api/runs/run_1/decision': { body: {} } })
  const sha256 = 'ab'.repeat(32)
  const packages = [
    { name: 'tinypkg', version: '1.0', sha256, size_bytes: 2048, why: 'the code imports tinypkg' },
  ]
  renderInPage(<ApprovalCard approval={{ ...approval, request: { ...approval.request, packages } }} />)
  const row = within(screen.getByRole('list', { name: 'Packages' })).getByRole('listitem')
  expect(row).toHaveTextContent(`tinypkg 1.0 (2.0 KB): the code imports tinypkgSHA-256 ${sha256}`)
  expect(screen.queryByRole('button', { name: 'Proceed' })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Install and run' }))
  expect(asked).toHaveLength(1)
})

it('opens the code for editing', async () => {
  const onEdit = vi.fn()
  renderInPage(<ApprovalCard approval={approval} onEdit={onEdit} />)
  await userEvent.click(screen.getByRole('button', { name: 'Edit' }))
  expect(onEdit).toHaveBeenCalledOnce()
})

it('says why a decision was not taken and lets it be made again', async () => {
  answer({
    '/api/runs/run_1/decision': { status: 409, body: refusal('CONFLICT', 'The run ended meanwhile.') },
  })
  renderInPage(<ApprovalCard approval={approval} />)
  await userEvent.click(screen.getByRole('button', { name: 'Proceed' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('The run ended meanwhile.')
  expect(screen.getByRole('alert')).toHaveTextContent('req-1')
  expect(screen.getByRole('button', { name: 'Proceed' })).toBeEnabled()
})

it('has no buttons once it is decided', () => {
  renderInPage(<ApprovalCard approval={{ ...approval, decided: { verdict: 'decline', by: 'u' } }} />)
  expect(screen.queryByRole('button')).toBeNull()
  expect(screen.getByText(/You declined/)).toBeInTheDocument()
})
