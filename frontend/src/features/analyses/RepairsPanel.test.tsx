import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Repairs } from '../../api/analysis'
import { renderRoutes } from '../../testing/render'
import { RepairsPanel } from './RepairsPanel'

const repairs: Repairs = {
  version: 1,
  policy: 'safe',
  rows_before: 102,
  rows_after: 100,
  columns_before: 4,
  columns_after: 4,
  made: [
    {
      id: 'letter-case:city',
      repair: 'letter-case',
      column: 'city',
      what: '12 cells of city are written alike',
      reason: 'The same word in two spellings is two groups to a model.',
      rows: 12,
      cells: 12,
      examples: [
        { before: 'BERLIN', after: 'Berlin' },
        { before: '?', after: null },
      ],
      undo: 'Run it again without it.',
      settles: 'inconsistent-categories',
      step: {
        action: 'rewrite',
        id: 'letter-case:city',
        column: 'city',
        told: '',
        to: { BERLIN: 'Berlin', '?': null },
      },
    },
  ],
  left_out: ['repeated-rows'],
  looked_for: ['repeated-rows', 'letter-case'],
}

function show(shown: Repairs) {
  renderRoutes({ '/': () => <RepairsPanel jobId="run_1" repairs={shown} />, '/build': () => null })
}

it('tells each repair with cells before and after, and leads to a run without it', async () => {
  show(repairs)
  expect(await screen.findByRole('heading', { name: '1 repair' })).toBeVisible()
  expect(screen.getByText(/Models learned from 100 of 102 rows and all 4 columns/)).toBeVisible()
  const examples = screen.getByRole('list', { name: 'Examples of letter-case:city' })
  expect(
    within(examples)
      .getAllByRole('listitem')
      .map((each) => each.textContent),
  ).toEqual(['BERLIN → Berlin', '? → missing'])
  const again = screen.getByRole('link', { name: 'Run again without letter-case:city' })
  expect(decodeURIComponent(again.getAttribute('href') ?? '')).toBe(
    '/build?from=run_1&undo=["letter-case:city"]',
  )
  expect(screen.getByText('Left out, as asked: repeated-rows.')).toBeVisible()
})

it('says that nothing was repaired', async () => {
  show({ ...repairs, rows_before: 100, made: [], left_out: [] })
  expect(await screen.findByRole('heading', { name: 'No repair was needed' })).toBeVisible()
  expect(screen.getByText(/all 100 rows/)).toBeVisible()
  expect(screen.queryByText(/Left out/)).toBeNull()
})
