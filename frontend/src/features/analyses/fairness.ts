/** How a model does for each group of a sensitive column, one measure after the other. */
import type { Gap, GroupSlice, Rate, Slices } from '../../api/analysis'
import { number, percent } from '../../format/number'
import { score } from './words'

export interface Compared {
  name: string
  title: string
  about: string
  groups: { group: string; rows: number; small: boolean; rate: Rate }[]
  /** The largest difference between groups that can be judged; none when fewer than two can. */
  gap: Gap | null
}

const TITLES: Record<string, string> = {
  chosen: 'Told yes',
  found: 'Found, of those that are yes',
  'false alarms': 'False alarms, of those that are no',
  accuracy: 'Named right',
  'mean error': 'Mean error',
  'absolute error': 'Mean distance from the truth',
  calibration: 'Chances against what came true',
}
/** A measure that this page does not know keeps its own name. */
const titleOf = (name: string): string => TITLES[name] ?? name.charAt(0).toUpperCase() + name.slice(1)

const SHARES = new Set(['chosen', 'found', 'false alarms', 'accuracy'])
export const rateWord = (name: string, value: number): string =>
  SHARES.has(name) ? percent(value) : score(value)

/** A difference of shares is in points, not in percent of anything. */
export const gapWord = (name: string, value: number): string =>
  SHARES.has(name) ? `${number(Number((value * 100).toFixed(1)))} points` : score(value)

const namesOf = (groups: readonly GroupSlice[]): string[] => [
  ...new Set(groups.flatMap(({ rates }) => rates.map(({ name }) => name))),
]

/** Measures with a sure difference first, else in the order in which they were measured. */
export function compared({ groups, gaps }: Pick<Slices, 'groups' | 'gaps'>): Compared[] {
  const all = namesOf(groups).map((name): Compared => {
    const there = groups.flatMap(({ group, rows, small, rates }) => {
      const rate = rates.find((each) => each.name === name)
      return rate ? [{ group, rows, small, rate }] : []
    })
    return {
      name,
      title: titleOf(name),
      about: there[0]?.rate.about ?? '',
      groups: there,
      gap: gaps.find((gap) => gap.name === name) ?? null,
    }
  })
  return [...all.filter(({ gap }) => gap?.sure), ...all.filter(({ gap }) => !gap?.sure)]
}

/** Shares can be compared with each other; what is in the unit of the target stands behind them. */
const widthOf = ({ name, value }: Gap): number => (SHARES.has(name) ? 1 + value : 0)

/** The whole in a sentence: which differences chance does not give. */
export function verdictOf({ column, gaps, groups }: Pick<Slices, 'column' | 'gaps' | 'groups'>): string {
  const judged = groups.filter(({ small }) => !small).length
  if (judged < 2) return `Too few rows to compare groups of ${column}.`
  const sure = gaps.filter((gap) => gap.sure)
  if (sure.length === 0)
    return `No difference between groups of ${column} is larger than chance gives. That is no proof that there is none.`
  const named = sure.map(({ name }) => titleOf(name).toLowerCase())
  const widest = sure.reduce((one, other) => (widthOf(other) > widthOf(one) ? other : one))
  const apart = `lower for ${widest.lowest} than for ${widest.highest} by ${gapWord(widest.name, widest.value)}`
  return `Between groups of ${column}, ${sure.length} of ${gaps.length} measures differ by more than chance gives: ${named.join('; ')}. The widest: ${titleOf(widest.name).toLowerCase()}, ${apart}.`
}
