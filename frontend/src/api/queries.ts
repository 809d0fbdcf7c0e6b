/** What the page keeps of the server, by key; live events say which keys went stale. */
import { queryOptions } from '@tanstack/react-query'
import * as api from './endpoints'
import type { RunView } from './types'

const forever = { staleTime: Infinity }

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: api.getHealth,
  // A sandbox that is still starting becomes ready without an event.
  refetchInterval: (query) => (query.state.data?.sandbox.state === 'starting' ? 2000 : 60_000),
})
export const meQuery = queryOptions({ queryKey: ['me'], queryFn: api.getMe, ...forever })
export const modelQuery = queryOptions({ queryKey: ['model'], queryFn: api.getModel, ...forever })
export const modelCallsQuery = (sessionId: string) =>
  queryOptions({ queryKey: ['model-calls', sessionId], queryFn: () => api.listModelCalls(sessionId) })
export const samplesQuery = queryOptions({ queryKey: ['samples'], queryFn: api.listSamples })
export const runsQuery = queryOptions({ queryKey: ['runs'], queryFn: api.listRuns })
export const datasetsQuery = queryOptions({ queryKey: ['datasets'], queryFn: api.listDatasets })
export const datasetQuery = (id: string) =>
  queryOptions({ queryKey: ['dataset', id], queryFn: () => api.getDataset(id) })
export const previewQuery = (id: string) =>
  queryOptions({ queryKey: ['dataset', id, 'preview'], queryFn: () => api.getPreview(id) })
export const statisticsQuery = (id: string) =>
  queryOptions({ queryKey: ['dataset', id, 'statistics'], queryFn: () => api.getStatistics(id) })
export const likelyTargetsQuery = (id: string) =>
  queryOptions({ queryKey: ['dataset', id, 'targets'], queryFn: () => api.listLikelyTargets(id) })
export const versionsQuery = (id: string) =>
  queryOptions({ queryKey: ['dataset', id, 'versions'], queryFn: () => api.listVersions(id) })
export const descriptionQuery = (id: string) =>
  queryOptions({ queryKey: ['dataset', id, 'description'], queryFn: () => api.getDescription(id) })
export const wordsQuery = (id: string) =>
  queryOptions({ queryKey: ['dataset', id, 'words'], queryFn: () => api.listWords(id) })
/** Whether a file that is still being profiled has got as far as its preview. */
export const hasPreview = (runs: readonly RunView[] | undefined, runId: string | null | undefined): boolean =>
  runs?.find((run) => run.id === runId)?.stages.some((stage) => stage.state === 'done') ?? false
export const questionsQuery = (id: string) =>
  queryOptions({ queryKey: ['dataset', id, 'questions'], queryFn: () => api.suggestQuestions(id) })
export const sessionsQuery = (search = '', archived = false) =>
  queryOptions({
    queryKey: ['sessions', { search, archived }],
    queryFn: () => api.listSessions({ search, archived }),
  })
export const liveSessionQuery = (id: string) =>
  queryOptions({ queryKey: ['sandbox', id], queryFn: () => api.getLiveSession(id) })
export const variablesQuery = (id: string) =>
  queryOptions({ queryKey: ['sandbox', id, 'variables'], queryFn: () => api.listVariables(id) })
export const executionQuery = (id: string) =>
  queryOptions({ queryKey: ['execution', id], queryFn: () => api.getExecution(id) })
export const outputQuery = (id: string) =>
  queryOptions({ queryKey: ['execution', id, 'output'], queryFn: () => api.getOutput(id), ...forever })
export const figureQuery = (id: string) =>
  queryOptions({ queryKey: ['artifact', id], queryFn: () => api.getFigure(id), ...forever })
export const tableQuery = (id: string) =>
  queryOptions({ queryKey: ['artifact', id], queryFn: () => api.getTable(id), ...forever })
export const textQuery = (id: string) =>
  queryOptions({ queryKey: ['artifact', id, 'text'], queryFn: () => api.getText(id), ...forever })
export const jobsQuery = queryOptions({ queryKey: ['jobs'], queryFn: api.listJobs })
export const jobQuery = (id: string) => queryOptions({ queryKey: ['job', id], queryFn: () => api.getJob(id) })
export const jobFindingsQuery = (id: string) =>
  queryOptions({ queryKey: ['job-findings', id], queryFn: () => api.getJobFindings(id), ...forever })
export const jobResultQuery = (id: string) =>
  queryOptions({ queryKey: ['job-result', id], queryFn: () => api.getJobResult(id), ...forever })
