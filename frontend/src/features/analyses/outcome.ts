/** What can be done with a result: questions to ask about it, columns to leave out next time, figures to compare. */
import type {
  AnalysisFinding,
  AnalysisResult,
  Eda,
  Explanation,
  JobFile,
  MeasuredValue,
  Modeling,
  Severity,
} from '../../api/analysis'
import { advice } from './words'

/** A question about the result that the table itself can answer. */
export function followUp(result: Pick<AnalysisResult, 'modeling' | 'explanation' | 'eda'>): string {
  const target = result.modeling?.task.target ?? result.eda.target
  if (!result.modeling || !target) return 'how many rows'
  const classes = result.modeling.task.classes.length > 0
  const strongest = result.explanation?.importance ?? []
  const category = strongest.find(({ column }) => roleOf(result.modeling, column) === 'category')
  const leading = strongest[0]
  if (classes)
    return category ? `how many rows by ${category.column} and ${target}` : `how many rows by ${target}`
  if (category) return `average ${target} by ${category.column}`
  return leading ? `correlation between ${leading.column} and ${target}` : `average ${target}`
}

const roleOf = (modeling: Modeling | null, column: string): string | undefined =>
  modeling?.roles.find((role) => role.name === column)?.role

/** Columns that know the answer, as the checks found them and the model was given them. */
export function leakingColumns(eda: Eda, modeling: Modeling | null): string[] {
  const used = modeling && new Set(modeling.roles.map((role) => role.name))
  const found = eda.examination.findings
    .filter((finding) => finding.code.startsWith('leak-') && finding.severity === 'high')
    .flatMap((finding) => finding.columns)
    .filter((column) => column !== eda.target && (!used || used.has(column)))
  return [...new Set(found)]
}

/** What to do, each with where this page offers it. */
export function todoOf({ result, critique }: Pick<AnalysisResult, 'result' | 'critique'>): string[] {
  const told = new Map(critique.remarks.map((remark) => [remark.do_this, advice(remark)]))
  return [...new Set(result.do.map((each) => told.get(each) ?? each))]
}

export interface Comparison {
  measure: MeasuredValue
  baseline: MeasuredValue | null
  /** What the folds said of the same measure. */
  folds: MeasuredValue | null
}

/** Measures on rows kept back, or within folds when none were, each beside what no model reaches. */
export function comparisons(modeling: Modeling): { where: 'kept back' | 'folds'; rows: Comparison[] } {
  const held = modeling.holdout.length > 0
  const [judged, base] = held
    ? [modeling.holdout, modeling.baseline_holdout]
    : [modeling.out_of_fold, modeling.baseline]
  const named = (all: readonly MeasuredValue[], name: string) =>
    all.find((each) => each.measure === name) ?? null
  return {
    where: held ? 'kept back' : 'folds',
    rows: judged.map((measure) => ({
      measure,
      baseline: named(base, measure.measure),
      folds: held ? named(modeling.out_of_fold, measure.measure) : null,
    })),
  }
}

/** Whether no model does as well, with the interval in mind. */
export function against({ measure, baseline }: Comparison): 'better' | 'alike' | 'worse' | null {
  if (!baseline) return null
  if (baseline.value >= measure.low && baseline.value <= measure.high) return 'alike'
  const higher = measure.value > baseline.value
  return (measure.better === 'higher') === higher ? 'better' : 'worse'
}

/** Places 0..1 of values on one line that has room for all of them. */
export function placed(values: readonly number[]): (value: number) => number {
  const known = values.filter(Number.isFinite)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  return (value) =>
    high > low && Number.isFinite(value) ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5
}

export interface Bar {
  column: string
  value: number
  error: number
  /** Length of the bar, 0..1. */
  share: number
}

/** The largest first; what shuffling does not change has no length. */
export function importanceBars(explanation: Pick<Explanation, 'importance'>): Bar[] {
  const sorted = [...explanation.importance].sort((a, b) => b.loss_added - a.loss_added)
  const most = Math.max(0, ...sorted.map((each) => each.loss_added))
  return sorted.map((each) => ({
    column: each.column,
    value: each.loss_added,
    error: each.error,
    share: most > 0 ? Math.max(0, each.loss_added) / most : 0,
  }))
}

/** What one check says of one column each, and equally grave, is one finding of several columns. */
export function alike(findings: readonly AnalysisFinding[]): AnalysisFinding[][] {
  const together = new Map<string, AnalysisFinding[]>()
  findings.forEach((finding, index) => {
    const own = finding.columns.length === 1 ? '' : String(index)
    const key = `${finding.code} ${finding.severity} ${own}`
    together.set(key, [...(together.get(key) ?? []), finding])
  })
  return [...together.values()]
}

const RANK: Record<Severity, number> = { high: 0, medium: 1, low: 2 }
export const worstFirst = (eda: Eda) =>
  [...eda.examination.findings].sort((a, b) => RANK[a.severity] - RANK[b.severity])

// What people take with them comes first; the rest is for machines.
const WANTED: readonly RegExp[] = [/^report\.html$/, /\.pdf$/, /\.py$/, /\.ipynb$/, /^result\.json$/]
const wanted = (file: JobFile): number => {
  const place = WANTED.findIndex((pattern) => pattern.test(file.name))
  return place < 0 ? WANTED.length : place
}
export function sortedFiles(files: readonly JobFile[]): { first: JobFile[]; rest: JobFile[] } {
  const sorted = [...files].sort((a, b) => wanted(a) - wanted(b))
  return {
    first: sorted.filter((file) => wanted(file) < WANTED.length),
    rest: sorted.filter((file) => wanted(file) === WANTED.length),
  }
}

const FORETOLD = new Set(['binary', 'multiclass', 'regression', 'count'])

/** Whether rows can be predicted, and should be: what the critique rejects is not offered for use. */
export const isUsable = (result: Pick<AnalysisResult, 'modeling' | 'critique'>): boolean =>
  result.modeling !== null && FORETOLD.has(result.modeling.task.task) && result.critique.verdict !== 'fail'
