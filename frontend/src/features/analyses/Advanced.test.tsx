import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { renderInPage } from '../../testing/render'
import { Advanced } from './Advanced'
import { emptyDraft, type Draft } from './request'

function Card() {
  const [draft, setDraft] = useState<Draft>({ ...emptyDraft, datasetId: 'd', seed: 1 })
  return (
    <>
      <Advanced
        draft={draft}
        columns={['a']}
        onChange={(change) => setDraft((old) => ({ ...old, ...change }))}
      />
      <output>{String(draft.miss)}</output>
    </>
  )
}

it.each([
  ['0.5', 0.5],
  ['10.05', 10.05],
  ['0', null],
])('takes %s as the cost of an error, digit by digit', async (typed, cost) => {
  renderInPage(<Card />)
  const field = screen.getByRole('textbox', { name: 'A miss costs' })
  await userEvent.type(field, typed)
  expect(field).toHaveValue(typed)
  expect(screen.getByRole('status')).toHaveTextContent(String(cost))
  await userEvent.clear(field)
  expect(screen.getByRole('status')).toHaveTextContent('null')
})
