/** The candidates of a search, best first, whether it still runs or is over. */
import type { Modeling, Progress } from '../../api/analysis'

export interface Rank {
  key: string
  place: number
  name: string
  family: string
  settings: string
  score: number | null
  std: number
  fits: number
  state: string
  weight: number
  isBaseline: boolean
}
export interface Board {
  /** What the scores are. */
  measure: string
  rows: Rank[]
}

const isBaseline = (name: string, family: string): boolean => family === 'baseline' || name === 'baseline'

export function boardOf(progress: Pick<Progress, 'metric' | 'leaderboard'>): Board {
  const rows = progress.leaderboard.map((row, index) => ({
    key: `${row.family} ${row.name} ${index}`,
    place: index + 1,
    name: row.name,
    family: row.family,
    settings: '',
    score: row.score,
    std: row.std,
    fits: row.fits,
    state: row.state,
    weight: row.weight,
    isBaseline: isBaseline(row.name, row.family),
  }))
  return { measure: progress.metric, rows }
}

/** Losses are told as the measure itself: one that grows with quality is 1 less its loss. */
export function finalBoard(modeling: Pick<Modeling, 'leaderboard' | 'measure' | 'out_of_fold'>): Board {
  const grows = modeling.out_of_fold.find(({ measure }) => measure === modeling.measure)?.better === 'higher'
  const rows = modeling.leaderboard.map((row, index) => ({
    key: row.key,
    place: index + 1,
    name: row.candidate,
    family: row.candidate,
    settings: Object.entries(row.settings)
      .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`)
      .join(', '),
    score: grows ? 1 - row.loss : row.loss,
    std: row.error,
    fits: row.folds,
    state: row.state,
    weight: row.weight,
    isBaseline: isBaseline(row.candidate, row.candidate),
  }))
  return { measure: modeling.measure, rows }
}

/** The first `most`, and the baseline wherever it stands: without it no score says anything. */
export function shownRanks(rows: readonly Rank[], most: number): Rank[] {
  const first = rows.slice(0, most)
  return first.some((row) => row.isBaseline)
    ? first
    : [...first, ...rows.slice(most).filter((row) => row.isBaseline)]
}

/** How much of the budget is used, 0..1; null when there is none to compare with. */
export function budgetUsed(
  progress: Pick<Progress, 'seconds' | 'fits' | 'budget_s' | 'budget_fits'>,
): number | null {
  const { seconds, fits, budget_s, budget_fits } = progress
  const share = budget_fits ? fits / budget_fits : budget_s ? seconds / budget_s : null
  return share === null ? null : Math.min(1, Math.max(0, share))
}
