/** Which pages of a long table hold the rows in view. */
export const PAGE = 200

export function pagesFor(first: number, last: number, total: number): number[] {
  const from = Math.floor(Math.max(0, first) / PAGE)
  const to = Math.floor(Math.max(0, Math.min(last, total - 1)) / PAGE)
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
}
