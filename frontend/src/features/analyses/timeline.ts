/** Seven stages as the six stations that a person follows: the critique and the report are one. */
import type { JobStage, JobView, StageName, StageState } from '../../api/analysis'

export interface Station {
  title: string
  /** What happens there. */
  about: string
  state: StageState
  /** Seconds of work so far; null before it began. */
  seconds: number | null
  /** When what is at work there began. */
  since: string | null
}

const STATIONS: readonly { title: string; about: string; stages: readonly StageName[] }[] = [
  { title: 'Read', about: 'The table is read and its columns are typed', stages: ['ingest'] },
  { title: 'Look', about: 'Every check of the data is asked', stages: ['eda'] },
  { title: 'Clarify', about: 'What is unclear is asked', stages: ['clarify'] },
  { title: 'Model', about: 'Candidates compete with a baseline', stages: ['modeling'] },
  { title: 'Explain', about: 'What the model leans on', stages: ['explain'] },
  { title: 'Report', about: 'A critique, then the report', stages: ['qa', 'report'] },
]

// What the station as a whole is, the first that one of its stages is in.
const ORDER: readonly StageState[] = ['failed', 'running', 'cancelled', 'pending', 'done', 'skipped']

function merged(stages: readonly JobStage[]): StageState {
  const states = new Set(stages.map((stage) => stage.state))
  if (states.size > 1 && states.has('pending') && states.has('done')) return 'running'
  return ORDER.find((state) => states.has(state)) ?? 'pending'
}

/** A job that waits for a person waits at the station that asks. */
export function stationsOf(job: Pick<JobView, 'stages' | 'state'>): (Station & { waits: boolean })[] {
  return STATIONS.map(({ title, about, stages }) => {
    const own = job.stages.filter((stage) => stages.includes(stage.name))
    const state = merged(own)
    const times = own.map((stage) => stage.seconds).filter((seconds) => typeof seconds === 'number')
    return {
      title,
      about,
      state,
      seconds: times.length > 0 ? times.reduce((sum, seconds) => sum + seconds, 0) : null,
      since: own.find((stage) => stage.state === 'running')?.started_at ?? null,
      waits: job.state === 'waiting' && stages.includes('clarify') && state !== 'done',
    }
  })
}
