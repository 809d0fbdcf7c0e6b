/** Names for the server's models; the shapes themselves are generated from its OpenAPI (`npm run gen`). */
import type { components } from './schema'

type Schemas = components['schemas']

export type Answer = Schemas['Answer']
export type ApprovalRequest = Schemas['ApprovalRequest']
export type ArtifactView = Schemas['ArtifactView']
export type Asked = Schemas['Asked']
export type Attempt = Schemas['Attempt']
export type Bin = Schemas['Bin']
export type Check = Schemas['Check']
export type Chip = Schemas['Chip']
export type ColumnInfo = Schemas['ColumnInfo']
export type ColumnStatistics = Schemas['ColumnStatistics']
export type DatasetView = Schemas['DatasetView']
export type Envelope = Schemas['EventEnvelope']
export type EventBody = Schemas['AnyEvent']
export type Estimate = Schemas['Estimate']
export type ExecutionDetail = Schemas['ExecutionDetail']
export type Failure = Schemas['Failure']
export type Health = Schemas['Health']
export type KeyNumber = Schemas['KeyNumber']
export type Me = Schemas['Me']
export type LiveSession = Schemas['LiveSession']
export type ModelCall = Schemas['CallView']
export type ModelStatus = Schemas['ModelStatus']
export type ModelChange = Schemas['ModelChange']
export type ModelTest = Schemas['ModelTest']
export type OutputLine = Schemas['OutputLine']
export type PackageRequest = Schemas['PackageRequest']
export type PlanStep = Schemas['PlanStep']
export type Preview = Schemas['Preview']
export type PromptPreview = Schemas['PromptPreview']
export type ReadDecision = Schemas['ReadDecision']
export type ReadOptions = Schemas['ReadOptions']
export type RowsPage = Schemas['RowsPage']
export type RunView = Schemas['RunView']
export type SecondOpinion = Schemas['SecondOpinion']
export type SessionDetail = Schemas['SessionDetail']
export type SessionView = Schemas['SessionView']
export type SourceNote = Schemas['SourceNote']
export type SourceView = Schemas['SourceView']
export type Statistics = Schemas['Statistics']
export type Description = Schemas['DescriptionView']
export type TaughtWord = Schemas['TaughtWordView']
export type TopValue = Schemas['TopValue']
export type TurnView = Schemas['TurnView']
export type BuildOffer = Schemas['BuildOffer']
export type NewBuild = Schemas['NewBuild']
export type Understanding = Schemas['Understanding']
export type Variable = Schemas['Variable']
export type VariablesPage = Schemas['VariablesPage']
export type VersionView = Schemas['VersionView']

export type AttemptState = Attempt['state']
export type ChipRole = Chip['role']
export type DatasetState = DatasetView['state']
export type RunState = RunView['state']
export type StepState = Schemas['StepChanged']['state']
export type TurnState = TurnView['state']
export type Verdict = Schemas['ApprovalDecided']['verdict']
export type ApprovalMode = 'auto' | 'review'
export type Cell = string | number | boolean | null

/** What the values of a column must be; travels as JSON text in `filters`. */
export interface Condition {
  column: string
  operator: 'is' | 'is not' | 'contains' | 'at least' | 'at most' | 'missing' | 'present'
  value: string
}

/** The content of a table artifact: at most 1,000 rows of `total`. */
export interface TableContent {
  columns: string[]
  dtypes: string[]
  rows: Cell[][]
  total: number
}

/** The content of a chart artifact, as Plotly writes it. */
export interface Figure {
  data: Record<string, unknown>[]
  layout?: Record<string, unknown>
}

/** The body of every answer that is not a success. */
export interface ErrorBody {
  code: string
  message: string
  details: Record<string, unknown>
  timestamp: string
  request_id: string
}
