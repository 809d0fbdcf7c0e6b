/** Where the marks of an evidence figure stand, in its own coordinates. */
import type { EvidenceFigure } from '../../api/analysis'
import type { Cell } from '../../api/types'
import { compact, number } from '../../format/number'

export const SIZE = { width: 460, height: 180, left: 58, right: 10, top: 8, bottom: 26 } as const

export interface Mark {
  x: number
  y: number
  width: number
  height: number
  label: string
  value: number
}
export interface Picture {
  marks: Mark[]
  ticks: { y: number; label: string }[]
  labels: { x: number; label: string; anchor: 'start' | 'middle' | 'end' }[]
}

export const cellWord = (cell: Cell): string =>
  cell === null ? '–' : typeof cell === 'number' ? number(cell) : String(cell)

const short = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, Math.max(1, room - 1))}…`

/** Nothing when no value is known. Bars stand on zero; points stand where their numbers are. */
export function picture(figure: EvidenceFigure): Picture | null {
  const known = figure.x
    .map((x, index) => ({ x, y: figure.y[index] }))
    .filter((point): point is { x: Cell; y: number } => typeof point.y === 'number')
  if (known.length === 0) return null
  const values = known.map(({ y }) => y)
  const zero = figure.kind === 'bars' ? [0] : []
  const low = Math.min(...values, ...zero)
  const spread = Math.max(...values, ...zero) - low || 1
  const { width, height, left, right, top, bottom } = SIZE
  const across = width - left - right
  const up = (value: number) => top + (height - top - bottom) * (1 - (value - low) / spread)
  const step = across / known.length
  const numbers = known.map(({ x }) => x).filter((x): x is number => typeof x === 'number')
  const scaled = figure.kind === 'points' && numbers.length === known.length
  const from = Math.min(...numbers)
  const reach = Math.max(...numbers) - from || 1
  const marks = known.map(({ x, y }, index) => {
    const middle =
      scaled && typeof x === 'number' ? left + (across * (x - from)) / reach : left + step * (index + 0.5)
    const base = up(Math.min(Math.max(low, 0), low + spread))
    return {
      x: figure.kind === 'bars' ? left + step * index + step * 0.07 : middle,
      y: figure.kind === 'bars' ? Math.min(up(y), base) : up(y),
      width: Math.max(0.8, step * 0.86),
      height: Math.abs(up(y) - base),
      label: cellWord(x),
      value: y,
    }
  })
  const ticks = [low, low + spread / 2, low + spread].map((value) => ({
    y: up(value),
    label: compact(value),
  }))
  return {
    marks,
    ticks,
    labels: labels(
      known.map(({ x }) => x),
      figure.kind,
      step,
    ),
  }
}

function labels(cells: readonly Cell[], kind: EvidenceFigure['kind'], step: number): Picture['labels'] {
  const room = Math.floor(step / 6.5)
  if (kind === 'bars' && room >= 3)
    return cells.map((cell, index) => ({
      x: SIZE.left + step * (index + 0.5),
      label: short(cellWord(cell), room),
      anchor: 'middle',
    }))
  const ends = kind === 'points' ? extremes(cells) : [cells[0] ?? null, cells.at(-1) ?? null]
  return [
    { x: SIZE.left, label: short(cellWord(ends[0] ?? null), 24), anchor: 'start' },
    { x: SIZE.width - SIZE.right, label: short(cellWord(ends[1] ?? null), 24), anchor: 'end' },
  ]
}

function extremes(cells: readonly Cell[]): [Cell, Cell] {
  const numbers = cells.filter((cell): cell is number => typeof cell === 'number')
  return numbers.length === cells.length
    ? [Math.min(...numbers), Math.max(...numbers)]
    : [cells[0] ?? null, cells.at(-1) ?? null]
}
