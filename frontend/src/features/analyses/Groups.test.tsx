import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Clustering } from '../../api/analysis'
import { renderInPage } from '../../testing/render'
import { Groups } from './Groups'

const clustering: Clustering = {
  version: 1,
  found: true,
  reason: '2 groups: their silhouette is 0.61',
  columns: ['income', 'plan'],
  rows: 300,
  judged_rows: 300,
  tried: [
    { groups: 2, silhouette: 0.61, without: 0.2, stability: 0.97 },
    { groups: 3, silhouette: 0.4, without: 0.2, stability: 0.6 },
  ],
  groups: [
    {
      number: 1,
      rows: 200,
      share: 2 / 3,
      traits: [
        { column: 'income', kind: 'mean', value: '', here: 41200.4, overall: 52000, strength: 0.5 },
        { column: 'plan', kind: 'share', value: 'basic', here: 0.82, overall: 0.4, strength: 0.42 },
      ],
    },
    { number: 2, rows: 100, share: 1 / 3, traits: [] },
  ],
  seed: 0,
  seconds: 1,
}

it('tells the size of each group, what sets it apart beside all rows, and how stable that is', () => {
  renderInPage(<Groups clustering={clustering} />)
  expect(screen.getByRole('heading', { name: '2 groups of alike rows' })).toBeVisible()
  expect(screen.getByText(/very stable/)).toHaveTextContent('0.97')
  const sizes = within(screen.getByRole('list', { name: 'Sizes of the groups' })).getAllByRole('listitem')
  expect(sizes.map((size) => size.textContent)).toEqual(['Group 1200 · 67\u00a0%', 'Group 2100 · 33\u00a0%'])
  const first = screen.getByRole('region', { name: 'What sets group 1 apart' })
  const rows = within(first).getAllByRole('row').slice(1)
  expect(rows.map((row) => row.textContent)).toEqual([
    'income41,200▼ less52,000',
    'plan is basic82\u00a0%▲ more40\u00a0%',
  ])
  const second = screen.getByRole('region', { name: 'Group 2: 100 rows (33\u00a0%)' })
  expect(second).toHaveTextContent('No column that may be told sets it apart.')
})

it('marks the number of groups that was taken among those that were tried', () => {
  renderInPage(<Groups clustering={clustering} />)
  const tried = screen.getByRole('region', { name: 'Numbers of groups that were tried' })
  const rows = within(tried).getAllByRole('row').slice(1)
  expect(rows.map((row) => row.textContent)).toEqual(['2taken0.610.20.97', '30.40.20.6'])
})

it('says why there are none, and takes no number of groups', () => {
  renderInPage(
    <Groups clustering={{ ...clustering, found: false, groups: [], reason: 'no groups that last' }} />,
  )
  expect(screen.getByRole('region', { name: 'No groups' })).toHaveTextContent('no groups that last')
  expect(screen.queryByText('taken')).toBeNull()
})
