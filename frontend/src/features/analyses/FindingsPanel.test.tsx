import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it } from 'vitest'
import type { Eda } from '../../api/analysis'
import { renderInPage } from '../../testing/render'
import { Findings } from './FindingsPanel'

const finding = (column: string, detail: string) => ({
  code: 'far',
  name: 'Values far from all others',
  severity: 'medium' as const,
  columns: [column],
  detail,
  why: 'They move means.',
  fix: 'Look at them.',
  evidence: { rows: 3 },
  figure: null,
})
const eda: Eda = {
  version: 1,
  rows: 9,
  columns: 3,
  target: null,
  time: null,
  examination: {
    findings: [finding('price', '3 values lie far out.'), finding('size', 'size has 4 of them.')],
    skipped: [],
    looked_at: 9,
    rows: 9,
    seconds: {},
  },
}

it('says once what a check finds in several columns, with what it finds in each below', async () => {
  renderInPage(<Findings eda={eda} />)
  const list = screen.getByRole('list', { name: 'Findings' })
  const card = within(list).getByRole('button')
  expect(card).toHaveTextContent('Values far from all others: 2 columns')
  expect(card).toHaveTextContent('price, size')
  await userEvent.click(card)
  expect(within(list).getByText(/3 values lie far out/)).toHaveTextContent('price: 3 values lie far out.')
  expect(within(list).getByText(/has 4 of them/)).toHaveTextContent(/^size has 4 of them\.$/)
  expect(within(list).getAllByText(/rows 3/)).toHaveLength(2)
})
