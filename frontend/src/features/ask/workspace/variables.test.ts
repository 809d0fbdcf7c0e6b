import { expect, it } from 'vitest'
import type { Variable } from '../../../api/types'
import { shownCells, shownVariables } from './variables'

const items: Variable[] = [
  { name: 'df', type: 'pandas.DataFrame', shape: [400, 6], bytes: 19_200 },
  { name: 'fig', type: 'plotly.Figure', shape: null, bytes: null },
  { name: 'n', type: 'int', shape: null, bytes: 28 },
  { name: 'names', type: 'list', shape: [9_000], bytes: 72_056 },
]
const names = (words: string, column?: number, descending = false) =>
  shownVariables(items, words, column === undefined ? undefined : { column, descending }).map((v) => v.name)

it('finds variables by words of their name and type', () => {
  expect(names('')).toEqual(['df', 'fig', 'n', 'names'])
  expect(names('FRAME pandas')).toEqual(['df'])
  expect(names('19')).toEqual([])
})

it('sorts by the numbers behind the text, the unknown last', () => {
  expect(names('', 2)).toEqual(['df', 'names', 'fig', 'n'])
  expect(names('', 2, true)).toEqual(['names', 'df', 'fig', 'n'])
  expect(names('', 3)).toEqual(['n', 'df', 'names', 'fig'])
})

it('shows shape and size as people read them', () => {
  expect(shownCells(items[0])).toEqual(['df', 'pandas.DataFrame', '400 × 6', '19.2 KB'])
  expect(shownCells(items[1])).toEqual(['fig', 'plotly.Figure', '–', '–'])
  expect(shownCells(undefined)).toBeUndefined()
})
