import type { Cell } from '../../api/types'
import { number } from '../../format/number'

export interface TableColumn {
  name: string
  /** Shown under the name. */
  type: string
  numeric: boolean
}

const NUMERIC = /^(u?(tiny|small|big|huge)?int(eger)?\d*|float\d*|double|real|decimal(\(.*\))?|number)$/i

export const isNumeric = (type: string): boolean => NUMERIC.test(type)

/** A cell as text; numbers grouped, true and false as words. Identifiers in text columns stay as they are. */
export function cellText(cell: Cell): string {
  if (cell === null) return ''
  return typeof cell === 'number' ? number(cell) : String(cell)
}

const CHAR = 7.6
const LEAST = 88
const MOST = 340

/** Widths in pixels from the names and a sample, so that rows that scroll in don't move the columns. */
export function columnWidths(
  columns: readonly TableColumn[],
  sample: readonly (readonly Cell[])[],
): number[] {
  return columns.map((column, i) => {
    let longest = Math.max(column.name.length + 3, column.type.length)
    for (const row of sample.slice(0, 100)) longest = Math.max(longest, cellText(row[i] ?? null).length)
    return Math.round(Math.min(MOST, Math.max(LEAST, longest * CHAR + 28)))
  })
}

/** Nulls last; numbers by size, else by text. */
export function compareCells(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en', { numeric: true })
}

export interface Sort {
  column: number
  descending: boolean
}

/** Stable; nulls stay last in both directions. */
export function sortRows(rows: readonly Cell[][], { column, descending }: Sort): Cell[][] {
  const sign = descending ? -1 : 1
  return [...rows].sort((left, right) => {
    const a = left[column] ?? null
    const b = right[column] ?? null
    return a === null || b === null ? compareCells(a, b) : sign * compareCells(a, b)
  })
}

export function filterRows(rows: readonly Cell[][], words: string): Cell[][] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return [...rows]
  return rows.filter((row) => {
    const text = row
      .map((cell) => (cell === null ? '' : `${String(cell)} ${cellText(cell)}`))
      .join('\u0000')
      .toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
}
