import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import { answer, refusal } from '../../testing/answers'
import { renderInPage } from '../../testing/render'
import { LikelyTargets } from './LikelyTargets'

const PATH = '/api/datasets/dts_1/targets'
const two = [
  { column: 'churned', reason: 'its name is one that is usually asked for', score: 0.45 },
  { column: 'region', reason: 'it has 4 values', score: 0.2 },
]

afterEach(() => {
  vi.unstubAllGlobals()
})

it('offers likely columns with their reasons, takes one, and lets it go', async () => {
  answer({ [PATH]: { body: two } })
  const chosen = vi.fn()
  const shown = (target: string | null) => (
    <LikelyTargets datasetId="dts_1" target={target} onChoose={chosen} />
  )
  renderInPage(shown(null))
  const first = await screen.findByRole('button', { name: /churned/ })
  expect(first).toHaveTextContent('Its name is one that is usually asked for')
  expect(first).toHaveAttribute('aria-pressed', 'false')
  await userEvent.click(first)
  expect(chosen).toHaveBeenLastCalledWith('churned')
})

it('marks the one that is taken', async () => {
  answer({ [PATH]: { body: two } })
  const chosen = vi.fn()
  renderInPage(<LikelyTargets datasetId="dts_1" target="region" onChoose={chosen} />)
  const taken = await screen.findByRole('button', { name: /region/ })
  expect(taken).toHaveAttribute('aria-pressed', 'true')
  await userEvent.click(taken)
  expect(chosen).toHaveBeenLastCalledWith(null)
})

it('stays away where nothing is likely or nothing can be told', async () => {
  const asked = answer({ [PATH]: { status: 409, body: refusal('CONFLICT', 'It could not be read.') } })
  renderInPage(<LikelyTargets datasetId="dts_1" target={null} onChoose={vi.fn()} />)
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  expect(screen.queryByText('Likely columns to predict')).not.toBeInTheDocument()
})
