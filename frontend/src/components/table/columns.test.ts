import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell } from '../../api/types'
import { columnWidths, filterRows, isNumeric, sortRows } from './columns'

const cell: fc.Arbitrary<Cell> = fc.oneof(fc.integer(), fc.string(), fc.constant(null))
const rows = fc.array(fc.tuple(cell, fc.nat()).map(([a, b]): Cell[] => [a, b]))

describe('sorting', () => {
  it('keeps every row and puts empty cells last, up and down', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (table, descending) => {
        const sorted = sortRows(table, { column: 0, descending })
        expect(sorted).toHaveLength(table.length)
        expect(new Set(sorted)).toEqual(new Set(table))
        const firstEmpty = sorted.findIndex((row) => row[0] === null)
        if (firstEmpty >= 0) expect(sorted.slice(firstEmpty).every((row) => row[0] === null)).toBe(true)
      }),
    )
  })

  it('orders numbers by size, not as text', () => {
    const table: Cell[][] = [[10], [9], [null], [-1]]
    expect(sortRows(table, { column: 0, descending: false }).flat()).toEqual([-1, 9, 10, null])
    expect(sortRows(table, { column: 0, descending: true }).flat()).toEqual([10, 9, -1, null])
  })
})

describe('filtering', () => {
  it('wants every word, anywhere in the row, ignoring case', () => {
    const table: Cell[][] = [
      ['Adelie', 'Dream', 3700],
      ['Gentoo', 'Biscoe', 5076],
    ]
    expect(filterRows(table, 'dream ADELIE')).toEqual([table[0]])
    expect(filterRows(table, '5,076')).toEqual([table[1]])
    expect(filterRows(table, 'adelie biscoe')).toEqual([])
    expect(filterRows(table, '  ')).toEqual(table)
  })
})

it('bounds column widths', () => {
  const columns = [
    { name: 'a', type: 'int64', numeric: true },
    { name: 'long', type: 'object', numeric: false },
  ]
  const [narrow, wide] = columnWidths(columns, [[1, 'x'.repeat(500)]])
  expect(narrow).toBe(88)
  expect(wide).toBe(340)
})

it.each([
  ['int64', true],
  ['UBIGINT', true],
  ['BIGINT', true],
  ['DECIMAL(18,2)', true],
  ['Int64', true],
  ['float32', true],
  ['object', false],
  ['datetime64[ns]', false],
  ['interval', false],
])('%s aligned as a number: %s', (type, numeric) => {
  expect(isNumeric(type)).toBe(numeric)
})
