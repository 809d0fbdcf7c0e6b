/** What sets a group of alike rows apart, in words, and whether groups are to be believed. */
import type { Clustering, Trait } from '../../api/analysis'
import { percent } from '../../format/number'
import { score } from './words'

/** The column, with the value that is meant where it has values and no mean. */
export const traitName = ({ column, kind, value }: Trait): string =>
  kind === 'share' ? `${column} is ${value === '' ? '(empty)' : value}` : column

/** A mean in the column's own unit, or a share of rows. */
export const traitValue = (kind: Trait['kind'], value: number): string =>
  kind === 'share' ? percent(value) : score(value)

/** Whether the group has more of it than all rows have. */
export const direction = ({ here, overall }: Trait): 'more' | 'less' | 'alike' =>
  here > overall ? 'more' : here < overall ? 'less' : 'alike'

export interface Trial {
  groups: number
  silhouette: number
  without: number
  stability: number
  /** The number of groups that was taken. */
  taken: boolean
}

export const trials = ({ tried, groups }: Clustering): Trial[] =>
  tried.map((each) => ({ ...each, taken: each.groups === groups.length && groups.length > 0 }))

/** Agreement of halves in words, as far as a rule of thumb goes. */
export function stabilityWord(stability: number): string {
  if (stability >= 0.9) return 'very stable'
  if (stability >= 0.75) return 'stable'
  return 'not stable'
}
