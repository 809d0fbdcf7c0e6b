/** Analyses as the service describes them: their stages, what they ask, how far the search is, what they found. */
import type { Cell, Failure, RunState, StepState } from './types'

export type StageName = 'ingest' | 'eda' | 'clarify' | 'modeling' | 'explain' | 'qa' | 'report'
export type StageState = StepState | 'skipped' | 'cancelled'
export type AnalysisVerdict = 'pass' | 'pass with warnings' | 'fail'
export type Task = 'binary' | 'multiclass' | 'regression' | 'count' | 'forecast' | 'clustering'

export interface AnalysisRequest {
  dataset_id: string
  title?: string | null
  target?: string | null
  task?: Task | null
  time?: string | null
  group?: string | null
  leave_out: string[]
  sensitive?: string | null
  budget_s: number
  fits?: number | null
  seed: number
  clarify: 'ask' | 'default'
}

export interface JobSummary {
  id: string
  title: string
  dataset_id: string
  dataset_name: string
  state: RunState
  stage: StageName | null
  target: string | null
  verdict: AnalysisVerdict | null
  created_at: string
  ended_at: string | null
  seconds: number | null
}

export interface JobStage {
  name: StageName
  title: string
  state: StageState
  started_at: string | null
  ended_at: string | null
  seconds: number | null
}

export interface LogLine {
  at: string
  stage: StageName | null
  text: string
}

export interface FindingCounts {
  high: number
  medium: number
  low: number
}

export interface ClarifyOption {
  value: string
  label: string
  reason: string
}
export interface ClarifyQuestion {
  id: 'target' | 'task' | 'time' | 'group' | 'cost'
  question: string
  why: string
  options: ClarifyOption[]
  default: string | null
}
export type Answers = Record<string, string | null>
export interface ClarifyCard {
  id: string
  questions: ClarifyQuestion[]
  deadline: string
  answered_by: 'you' | 'default' | null
  answers: Answers | null
}

export interface LeaderboardRow {
  name: string
  family: string
  score: number | null
  std: number | null
  fits: number
  state: string
  weight: number | null
}
export interface Progress {
  fits: number
  seconds: number
  budget_s: number | null
  phase: string
  best: number | null
  metric: string
  baseline: number | null
  leaderboard: LeaderboardRow[]
}

export interface JobFile {
  name: string
  size_bytes: number
  media_type: string
  what: string
}

export interface JobView extends JobSummary {
  stages: JobStage[]
  request: AnalysisRequest
  heartbeat_at: string | null
  log: LogLine[]
  findings: FindingCounts | null
  clarification: ClarifyCard | null
  progress: Progress | null
  failure: Failure | null
  files: JobFile[]
}

export type Severity = 'high' | 'medium' | 'low'
export interface EvidenceFigure {
  kind: 'bars' | 'line' | 'points'
  title: string
  x_title: string
  y_title: string
  x: Cell[]
  y: (number | null)[]
}
export interface AnalysisFinding {
  code: string
  name: string
  severity: Severity
  columns: string[]
  detail: string
  why: string
  fix: string
  evidence: Record<string, Cell>
  figure: EvidenceFigure | null
}
export interface Eda {
  rows: number
  columns: number
  target: string | null
  examination: { findings: AnalysisFinding[]; skipped: { code: string; name: string; reason: string }[] }
}

export interface MeasuredValue {
  measure: string
  better: 'higher' | 'lower'
  value: number
  low: number
  high: number
  error: number
  rows: number
}
export interface Standing {
  key: string
  candidate: string
  settings: Record<string, Cell>
  state: string
  folds: number
  loss: number
  error: number
  weight: number
}
export interface ColumnRole {
  name: string
  role: string
  reason: string
  distinct: number
  missing: number
}
export interface Modeling {
  task: {
    task: Task
    target: string | null
    reason: string
    classes: string[]
    positive: string | null
  }
  measure: string
  roles: ColumnRole[]
  split: { reason: string; folds: number; holdout_rows: number }
  rows: number
  fits: number
  leaderboard: Standing[]
  out_of_fold: MeasuredValue[]
  holdout: MeasuredValue[]
  baseline: MeasuredValue[]
  baseline_holdout: MeasuredValue[]
  decisions: { step: number; text: string }[]
}
export interface Explanation {
  measure: string
  importance: { column: string; loss_added: number; error: number }[]
  importance_rows: number
  checks: { name: string; verdict: 'pass' | 'warn' | 'fail' | 'not run'; text: string }[]
}
export interface Remark {
  code: string
  severity: 'fail' | 'warning'
  detail: string
  do_this: string
}
export interface AnalysisResult {
  job: JobSummary
  result: { asked: string; found: string; sure: string; do: string[]; verdict: AnalysisVerdict }
  critique: { verdict: AnalysisVerdict; remarks: Remark[]; asked: string[] }
  eda: Eda
  clarification: {
    reason: string
    chosen: string | null
    chosen_by: 'you' | 'default'
    options: { column: string; task: Task; reason: string }[]
  }
  modeling: Modeling | null
  explanation: Explanation | null
}

export interface Prediction {
  value: Cell
  probability?: number | null
  low?: number | null
  high?: number | null
}
export interface Predictions {
  predictions: Prediction[]
  missing: string[]
}
