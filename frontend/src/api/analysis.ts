/** Names for what the service says of analyses; the shapes themselves are generated (`npm run gen`). */
import type { components } from './schema'

type Schemas = components['schemas']

export type AnalysisRequest = Schemas['Wanted']
export type RepairPolicy = NonNullable<AnalysisRequest['repairs']>
export type LikelyTarget = Schemas['LikelyTarget']
export type JobSummary = Schemas['JobSummary']
export type JobView = Schemas['JobView']
export type JobStage = JobView['stages'][number]
export type JobFile = Schemas['JobFile']
export type LogLine = Schemas['LogLine']
export type StageName = JobStage['name']
export type StageState = JobStage['state']
export type AnalysisVerdict = Schemas['Result']['verdict']
export type Task = Schemas['TaskChoice']['task']

export type ClarifyCard = Schemas['ClarifyCard']
export type ClarifyQuestion = ClarifyCard['questions'][number]
export type Answers = Schemas['Answers']['answers']

export type Progress = NonNullable<JobView['progress']>

export type Eda = Schemas['Eda']
export type AnalysisFinding = Eda['examination']['findings'][number]
export type Severity = AnalysisFinding['severity']
export type EvidenceFigure = NonNullable<AnalysisFinding['figure']>
export type Repairs = Schemas['Repairs']
export type MadeRepair = Schemas['Made']
export type Modeling = Schemas['Modeling']
export type MeasuredValue = Schemas['MeasuredValue']
export type Explanation = Schemas['Explanation']
export type Slices = Schemas['Slices']
export type GroupSlice = Schemas['GroupSlice']
export type Rate = Schemas['Rate']
export type Gap = Slices['gaps'][number]
export type Clustering = Schemas['Clustering']
export type RowGroup = Clustering['groups'][number]
export type Trait = RowGroup['traits'][number]
export type Forecasting = Schemas['Forecasting']
export type SeriesForecast = Schemas['SeriesForecast']
export type ForecastMethod = Schemas['Method']
export type Remark = Schemas['Remark']
export type Remedy = NonNullable<Remark['remedy']>
export type Predictions = Schemas['Predictions']
export type FilePredictions = Schemas['FilePredictions']
export type Prediction = Schemas['PredictedRow']
export type Wording = Schemas['Wording']
export type WordedSentence = Wording['asked'][number]
export type AnalysisResult = Schemas['JobResult']
