/** Variables as rows: filtered by words, sorted by what is behind a cell, shown as text. */
import type { Cell, Variable } from '../../../api/types'
import { sortRows, type Sort } from '../../../components/table/columns'
import { bytes, number } from '../../../format/number'

/** How many values a shape holds; what has no shape comes last. */
const volume = (shape: Variable['shape']): number | null =>
  shape ? shape.reduce((product, length) => product * length, 1) : null

export function shownVariables(
  items: readonly Variable[],
  words: string,
  sort: Sort | undefined,
): readonly Variable[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const found = items.filter(({ name, type }) =>
    wanted.every((word) => `${name} ${type}`.toLowerCase().includes(word)),
  )
  if (!sort) return found
  // What is sorted by is the number behind the text; the last cell leads back to the variable.
  const rows = found.map((item, i): Cell[] => [
    item.name,
    item.type,
    volume(item.shape),
    item.bytes ?? null,
    i,
  ])
  return sortRows(rows, sort)
    .map((row) => found[Number(row[4])])
    .filter((item) => item !== undefined)
}

export function shownCells(item: Variable | undefined): readonly Cell[] | undefined {
  if (!item) return undefined
  const shape = item.shape ? item.shape.map(number).join(' × ') : '–'
  return [item.name, item.type, shape, bytes(item.bytes)]
}
