/** What the service names in short, in words for people. */
import type {
  AnalysisVerdict,
  MeasuredValue,
  Remark,
  Remedy,
  RepairPolicy,
  Severity,
  Task,
} from '../../api/analysis'
import { number } from '../../format/number'

export type Tone = 'good' | 'warn' | 'bad'

export const VERDICTS: Record<AnalysisVerdict, { word: string; tone: Tone }> = {
  pass: { word: 'Passed', tone: 'good' },
  'pass with warnings': { word: 'Passed with warnings', tone: 'warn' },
  fail: { word: 'Rejected', tone: 'bad' },
}

export const SEVERITIES: Record<Severity, { word: string; tone: Tone }> = {
  high: { word: 'High', tone: 'bad' },
  medium: { word: 'Medium', tone: 'warn' },
  low: { word: 'Low', tone: 'good' },
}

const TASKS: Record<Task, string> = {
  binary: 'Yes or no (two classes)',
  multiclass: 'One of several classes',
  regression: 'An amount',
  count: 'A count',
  forecast: 'A forecast along time',
  clustering: 'Groups of alike rows',
}
export const TASK_CHOICES = Object.entries(TASKS).map(([value, label]) => ({ value, label }))

export const REPAIR_CHOICES: { value: RepairPolicy; label: string }[] = [
  { value: 'safe', label: 'Make them' },
  { value: 'none', label: 'Make none' },
]

export const taskWord = (task: Task): string => TASKS[task]

const MEASURES: Record<string, { name: string; about: string }> = {
  roc_auc: {
    name: 'Ranking (ROC AUC)',
    about: 'Of two rows, one of each class, how often the right one is ranked higher',
  },
  average_precision: { name: 'Average precision', about: 'How pure the rows ranked first are' },
  log_loss: { name: 'Log loss', about: 'How far the probabilities are off' },
  brier: { name: 'Brier score', about: 'Squared error of the probabilities' },
  accuracy: { name: 'Accuracy', about: 'Share of rows with the right class' },
  balanced_accuracy: { name: 'Balanced accuracy', about: 'Share right, each class counted alike' },
  f1: { name: 'F1', about: 'Precision and recall in one' },
  rmse: { name: 'Error (RMSE)', about: 'Root of the mean squared error, in the unit of the target' },
  mae: { name: 'Error (MAE)', about: 'Mean size of the error, in the unit of the target' },
  poisson_deviance: { name: 'Poisson deviance', about: 'How far counts are off, large ones forgiven more' },
  r2: { name: 'Explained variance (R²)', about: 'Share of the variance that is explained' },
}

/** A measure that this page does not know keeps its own name. */
export const measureName = (measure: string): string =>
  MEASURES[measure]?.name ?? measure.replaceAll('_', ' ')
export const measureAbout = (measure: string): string => MEASURES[measure]?.about ?? ''

/** Four digits that count are enough for a score. */
export function score(value: number | null | undefined): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return number(value)
  if (Math.abs(value) >= 1000) return number(Math.round(value))
  return number(Number(value.toPrecision(4)))
}

/** A measure's value; R² has no unit, so that a hair's breadth beside nothing is nothing. */
export const measured = (measure: string, value: number): string =>
  measure === 'r2' && Math.abs(value) < 5e-5 ? '0' : score(value)

/** A standard error: two digits say all that it can. */
export const spread = (error: number): string => number(Number(error.toPrecision(2)))

/** Both ends; one figure where they read the same. */
export const ends = (low: string, high: string): string =>
  low === high ? `about ${low}` : `${low} to ${high}`

export const interval = ({ measure, low, high }: Pick<MeasuredValue, 'measure' | 'low' | 'high'>): string =>
  ends(measured(measure, low), measured(measure, high))

const FAMILIES: Record<string, string> = {
  baseline: 'Baseline, no model',
  linear: 'Linear model',
  lightgbm: 'Gradient boosting (LightGBM)',
  forest: 'Random forest',
  trees: 'Extremely random trees',
  neighbours: 'Nearest neighbours',
  ebm: 'Explainable boosting',
}
/** A family that this page does not know keeps its own name. */
export const familyWord = (family: string): string => FAMILIES[family] ?? family.replaceAll('_', ' ')

const FIELDS: Record<Remedy['field'], string> = {
  leave_out: 'Advanced → Leave out',
  group: 'Advanced → Group column',
  budget_s: 'Time for the search',
}
/** Where the start card takes what a remark advises, by the labels that stand there. */
export const remedyWord = ({ field, columns }: Remedy): string =>
  `Run it again with “${FIELDS[field]}”${columns.length > 0 ? `: ${columns.join(', ')}` : ' set higher'}.`

/** Advice, with where this page offers what it takes. */
export const advice = ({ do_this, remedy }: Pick<Remark, 'do_this' | 'remedy'>): string =>
  remedy ? `${do_this} ${remedyWord(remedy)}` : do_this
