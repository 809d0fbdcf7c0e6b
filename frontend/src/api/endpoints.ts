/** Every call that the page makes, one line each. */
import type * as A from './analysis'
import { request, requestText } from './client'
import type * as T from './types'

const at = encodeURIComponent

export const getHealth = () => request<T.Health>('/health')
export const getModel = () => request<T.ModelStatus>('/model')
export const previewPrompt = (text: string) =>
  request<T.PromptPreview>('/model/preview', { method: 'POST', body: { text } })
export const listModelCalls = (sessionId: string) =>
  request<T.ModelCall[]>(`/sessions/${at(sessionId)}/model-calls`)
/** As it is, or as it would be with these changes. */
export const testModel = (change?: T.ModelChange) =>
  request<T.ModelTest>('/model/test', { method: 'POST', body: change })
export const changeModel = (change: T.ModelChange) =>
  request<T.ModelStatus>('/model', { method: 'PATCH', body: change })
export const getMe = () => request<T.Me>('/me')

export const listDatasets = () => request<T.DatasetView[]>('/datasets')
export const getDataset = (id: string) => request<T.DatasetView>(`/datasets/${at(id)}`)
export const renameDataset = (id: string, name: string) =>
  request<T.DatasetView>(`/datasets/${at(id)}`, { method: 'PATCH', body: { name } })
export const deleteDataset = (id: string) => request<undefined>(`/datasets/${at(id)}`, { method: 'DELETE' })
/** Reads the stored original again, as the options say, as a new version. */
export const readAgain = (id: string, options: T.ReadOptions) =>
  request<T.DatasetView>(`/datasets/${at(id)}/read`, { method: 'POST', body: options })
export const getPreview = (id: string) => request<T.Preview>(`/datasets/${at(id)}/preview`)
/** null while nothing can be told yet. */
export const getStatistics = async (id: string) =>
  (await request<T.Statistics | undefined>(`/datasets/${at(id)}/statistics`)) ?? null
export const listLikelyTargets = (id: string) => request<A.LikelyTarget[]>(`/datasets/${at(id)}/targets`)
export const listVersions = (id: string) => request<T.VersionView[]>(`/datasets/${at(id)}/versions`)
export const suggestQuestions = (id: string) => request<string[]>(`/datasets/${at(id)}/questions`)
/** null before a model was asked. */
export const getDescription = (id: string) => request<T.Description | null>(`/datasets/${at(id)}/description`)
export const describeDataset = (id: string) =>
  request<T.Description>(`/datasets/${at(id)}/description`, { method: 'POST' })
export const listWords = (id: string) => request<T.TaughtWord[]>(`/datasets/${at(id)}/words`)
export const teachWord = (id: string, phrase: string, meaning: string) =>
  request<T.TaughtWord>(`/datasets/${at(id)}/words`, { method: 'POST', body: { phrase, meaning } })
export const forgetWord = (id: string, wordId: string) =>
  request<undefined>(`/datasets/${at(id)}/words/${at(wordId)}`, { method: 'DELETE' })
export const getRows = (
  id: string,
  page: {
    offset: number
    limit: number
    filters?: string | undefined
    sort?: string | undefined
    descending?: boolean | undefined
  },
) => request<T.RowsPage>(`/datasets/${at(id)}/rows`, { query: page })

export const listSamples = () => request<T.SourceNote[]>('/samples')
export const loadSample = (name: string) => request<T.DatasetView>(`/samples/${at(name)}`, { method: 'POST' })

export const listSessions = (filter: { search?: string; archived?: boolean } = {}) =>
  request<T.SessionView[]>('/sessions', { query: filter })
export const getSession = (id: string) => request<T.SessionDetail>(`/sessions/${at(id)}`)
export const updateSession = (
  id: string,
  patch: { title?: string; archived?: boolean; dataset_ids?: string[] },
) => request<T.SessionView>(`/sessions/${at(id)}`, { method: 'PATCH', body: patch })
export const restoreSession = (id: string) =>
  request<T.SessionDetail>(`/sessions/${at(id)}/restore`, { method: 'POST' })
export const deleteSession = (id: string) => request<undefined>(`/sessions/${at(id)}`, { method: 'DELETE' })

/** The Python session behind a conversation. */
export const getLiveSession = (id: string) => request<T.LiveSession>(`/sessions/${at(id)}/sandbox`)
export const keepLiveSession = (id: string) =>
  request<T.LiveSession>(`/sessions/${at(id)}/sandbox/keep`, { method: 'POST' })
export const endLiveSession = (id: string) =>
  request<undefined>(`/sessions/${at(id)}/sandbox`, { method: 'DELETE' })
export const listVariables = (id: string) =>
  request<T.VariablesPage>(`/sessions/${at(id)}/variables`, { query: { limit: 1000 } })

export interface Question {
  question: string
  session_id?: string
  dataset_ids?: string[]
  approval?: T.ApprovalMode
  base_turn_id?: string
  without_chips?: string[]
}
export const ask = (question: Question) => request<T.Asked>('/query', { method: 'POST', body: question })
/** Runs edited code beside the turn; with an approval, in place of what waits for it. */
export const executeCode = (sessionId: string, turnId: string, code: string, approvalId?: string) =>
  request<T.Asked>(`/sessions/${at(sessionId)}/execute`, {
    method: 'POST',
    body: { turn_id: turnId, code, ...(approvalId && { approval_id: approvalId }) },
  })

export const getExecution = (id: string) => request<T.ExecutionDetail>(`/executions/${at(id)}`)
export const getOutput = (id: string) => request<T.OutputLine[]>(`/executions/${at(id)}/output`)
export const artifactAddress = (id: string) => `/api/artifacts/${at(id)}`
/** A chart as one HTML file to keep. */
export const chartPageAddress = (id: string) => `${artifactAddress(id)}/page`
export const getFigure = (id: string) => request<T.Figure>(`/artifacts/${at(id)}`)
export const getTable = (id: string) => request<T.TableContent>(`/artifacts/${at(id)}`)
export const getText = (id: string) => requestText(`/artifacts/${at(id)}`)

export const listRuns = () => request<T.RunView[]>('/runs')
export const cancelRun = (id: string) => request<T.RunView>(`/runs/${at(id)}/cancel`, { method: 'POST' })
export const decide = (runId: string, approvalId: string, verdict: T.Verdict) =>
  request<T.RunView>(`/runs/${at(runId)}/decision`, {
    method: 'POST',
    body: { approval_id: approvalId, verdict },
  })

export const startBuild = (sessionId: string, turnId: string, wanted: T.NewBuild) =>
  request<A.JobView>(`/sessions/${at(sessionId)}/turns/${at(turnId)}/build`, { method: 'POST', body: wanted })
export const listJobs = () => request<A.JobSummary[]>('/jobs')
export const getJob = (id: string) => request<A.JobView>(`/jobs/${at(id)}`)
export const analyze = (wanted: A.AnalysisRequest) =>
  request<A.JobView>('/analyze', { method: 'POST', body: wanted })
/** null leaves a question to its default. */
export const clarify = (jobId: string, cardId: string, answers: A.Answers) =>
  request<A.JobView>('/clarify', { method: 'POST', body: { job_id: jobId, clarify_id: cardId, answers } })
export const cancelJob = (id: string) => request<A.JobView>(`/jobs/${at(id)}/cancel`, { method: 'POST' })
export const getJobFindings = (id: string) => request<A.Eda>(`/jobs/${at(id)}/findings`)
export const getJobResult = (id: string) => request<A.AnalysisResult>(`/jobs/${at(id)}/result`)
export const predictRows = (id: string, rows: Record<string, T.Cell>[]) =>
  request<A.Predictions>(`/jobs/${at(id)}/predict`, { method: 'POST', body: { rows } })
export function predictFile(id: string, file: File) {
  const body = new FormData()
  body.append('file', file, file.name)
  return request<A.FilePredictions>(`/jobs/${at(id)}/predict/file`, { method: 'POST', body })
}
export const predictDataset = (id: string, datasetId: string) =>
  request<A.FilePredictions>(`/jobs/${at(id)}/predict/dataset`, {
    method: 'POST',
    body: { dataset_id: datasetId },
  })
export const jobReportAddress = (id: string) => `/api/jobs/${at(id)}/report`
export const jobFileAddress = (id: string, name: string) =>
  `/api/jobs/${at(id)}/files/${name.split('/').map(at).join('/')}`
