/** What the drawer says about a column, section by section, in the order in which it is shown. */
import type { ColumnStatistics } from '../../api/types'
import { duration, number, percent } from '../../format/number'
import { figure, type Figure } from './figures'

export type Fact = readonly [name: string, value: string]
export interface Section {
  title: string
  facts: Fact[]
}

/** Only what is known; counts of faults that don't occur are left out. */
export function sections(column: ColumnStatistics, rows: number): Section[] {
  const all: Section[] = [
    { title: 'In numbers', facts: general(column, rows) },
    { title: 'Quantiles', facts: quantiles(column) },
    { title: 'Shape', facts: shape(column) },
    { title: 'Text', facts: text(column) },
    { title: 'Time', facts: time(column) },
  ]
  return all.filter((section) => section.facts.length > 0)
}

const share = (count: number, of: number): string =>
  of > 0 ? `${number(count)} (${percent(count / of)})` : number(count)

function known(facts: [string, string | null | undefined][]): Fact[] {
  return facts.filter((fact): fact is [string, string] => typeof fact[1] === 'string')
}

function general(column: ColumnStatistics, rows: number): Fact[] {
  const distinct = column.distinct_is_exact
    ? number(column.distinct)
    : `≈ ${number(column.distinct)} (±${percent(column.distinct_error)})`
  return known([
    ['Rows', number(rows)],
    ['Empty', `${number(column.nulls)} (${percent(column.null_share)})`],
    ['Distinct', distinct],
    ['Mean', typeof column.mean === 'number' ? number(column.mean) : null],
    ['Standard deviation', typeof column.deviation === 'number' ? number(column.deviation) : null],
    ['Sum', typeof column.numbers?.sum === 'number' ? number(column.numbers.sum) : null],
    ['Shortest text', typeof column.min_length === 'number' ? number(column.min_length) : null],
    ['Longest text', typeof column.max_length === 'number' ? number(column.max_length) : null],
    ['Order in the file', column.numbers?.order ?? column.times?.order],
  ])
}

function quantiles(column: ColumnStatistics): Fact[] {
  const q = column.quantiles
  if (!q) return []
  const told: [string, Figure][] = [
    ['Minimum', column.minimum],
    ['1 %', q.p01],
    ['5 %', q.p05],
    ['25 %', q.p25],
    ['Median', q.p50],
    ['75 %', q.p75],
    ['95 %', q.p95],
    ['99 %', q.p99],
    ['Maximum', column.maximum],
  ]
  return told.map(([name, value]) => [name, figure(value)] as const)
}

function shape(column: ColumnStatistics): Fact[] {
  const n = column.numbers
  if (!n) return []
  const one = (value: number | null | undefined) => (typeof value === 'number' ? number(value) : null)
  const fenced = typeof n.lower_fence === 'number' && typeof n.upper_fence === 'number'
  return known([
    ['Zeros', n.zeros > 0 ? number(n.zeros) : null],
    ['Negative', n.negatives > 0 ? number(n.negatives) : null],
    ['Infinite', n.infinities > 0 ? number(n.infinities) : null],
    ['Not a number', n.nans > 0 ? number(n.nans) : null],
    ['Skewness', one(n.skewness)],
    ['Kurtosis (excess)', one(n.kurtosis)],
    ['Median absolute deviation', one(n.mad)],
    ['Fences', fenced ? `${number(n.lower_fence)} to ${number(n.upper_fence)}` : null],
    ['Beyond the fences', fenced ? `${number(n.below_fence)} below, ${number(n.above_fence)} above` : null],
  ])
}

function text(column: ColumnStatistics): Fact[] {
  const t = column.text
  if (!t) return []
  const some = (count: number) => (count > 0 ? number(count) : null)
  return known([
    ['Mean length', typeof t.mean_length === 'number' ? number(t.mean_length) : null],
    ['Median length', typeof t.median_length === 'number' ? number(t.median_length) : null],
    ['Empty texts', some(t.empty)],
    ['Blanks only', some(t.blank)],
    ['With outer blanks', some(t.padded)],
    ['Numbers as text', some(t.numeric)],
    ['Spelled in several ways', some(t.case_variants)],
  ])
}

function time(column: ColumnStatistics): Fact[] {
  const t = column.times
  if (!t) return []
  const of = (t.periods ?? 0) + (t.missing ?? 0)
  return known([
    ['Grain', t.grain],
    ['A value in', t.period && of > 0 ? `${share(t.periods ?? 0, of)} of ${number(of)} ${t.period}s` : null],
    ['Usual step', typeof t.step_s === 'number' ? `${step(t.step_s)} (${percent(t.step_share ?? 0)})` : null],
    [
      'Longest gap',
      t.longest_gap
        ? `${step(t.longest_gap.seconds)}: ${figure(t.longest_gap.after)} – ${figure(t.longest_gap.before)}`
        : null,
    ],
  ])
}

const DAY = 86_400
const step = (seconds: number): string =>
  seconds >= DAY && seconds % DAY === 0
    ? `${number(seconds / DAY)} ${seconds === DAY ? 'day' : 'days'}`
    : duration(seconds)
