import type { Cell } from '../api/types'

/** What a spreadsheet would take for a formula; signed numbers are none. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function field(cell: Cell): string {
  if (cell === null) return ''
  const raw = String(cell)
  const safe = typeof cell === 'string' && FORMULA.test(raw) && !NUMBER.test(raw) ? `'${raw}` : raw
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** RFC 4180 with CRLF; texts that would start a formula get an apostrophe in front (OWASP CSV injection). */
export function toCsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map((row) => row.map(field).join(',')).join('\r\n') + '\r\n'
}
