import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ColumnStatistics } from '../../api/types'
import { bars, describeBars, figure } from './figures'
import { PAGE, pagesFor } from './pages'

const column: ColumnStatistics = {
  name: 'fare',
  dtype: 'DOUBLE',
  kind: 'number',
  nulls: 0,
  null_share: 0,
  distinct: 3,
  distinct_is_exact: true,
  distinct_error: 0,
  minimum: 0,
  maximum: 10,
  mean: 5,
  deviation: 1,
  quantiles: null,
  histogram: [
    { low: 0, high: 5, count: 2 },
    { low: 5, high: 10, count: 8 },
  ],
  top_values: [],
  min_length: null,
  max_length: null,
  pii: [],
}

describe('a distribution', () => {
  it('is drawn against its largest bar', () => {
    expect(bars(column).bars.map((bar) => bar.size)).toEqual([0.25, 1])
  })

  it('falls back to the most frequent values, and to nothing', () => {
    const top_values = [{ value: 'first', count: 4, share: 0.4 }]
    expect(bars({ ...column, histogram: [], top_values }).shape).toBe('values')
    expect(bars({ ...column, histogram: [] }).shape).toBe('none')
  })

  it('is told in words', () => {
    expect(describeBars(column)).toBe('fare: 2 bins from 0 to 10, most rows in 5 to 10')
  })

  it('survives a histogram without rows', () => {
    const histogram = [{ low: 0, high: 1, count: 0 }]
    expect(bars({ ...column, histogram }).bars[0]?.size).toBe(0)
  })
})

it.each([
  [1234.5, '1,234.5'],
  ['2009-01-01T00:00:00', '2009-01-01'],
  ['2009-01-01T10:30:00', '2009-01-01 10:30:00'],
  [null, '–'],
])('%s is shown as %s', (value, text) => {
  expect(figure(value)).toBe(text)
})

it('fetches exactly the pages that hold the rows in view', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(300), fc.nat(100_000), (first, span, total) => {
      const last = first + span
      const pages = pagesFor(first, last, total)
      for (let row = first; row <= Math.min(last, total - 1); row += 1)
        expect(pages).toContain(Math.floor(row / PAGE))
      for (const page of pages) expect(page * PAGE).toBeLessThanOrEqual(Math.max(0, total - 1))
    }),
  )
})
