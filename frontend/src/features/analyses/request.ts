/** What the start card asks for, as a person fills it in, and as it is sent. */
import type { AnalysisRequest, RepairPolicy, Task } from '../../api/analysis'
import { duration } from '../../format/number'

export interface Draft {
  datasetId: string | null
  target: string | null
  budget: number
  ask: boolean
  task: Task | null
  time: string | null
  group: string | null
  leaveOut: string[]
  sensitive: string | null
  seed: number
  /** Stop after so many fits, not by the clock. */
  fits: number | null
  /** Steps to tell a series over time ahead; null is one season. */
  horizon: number | null
  /** What a wrong yes and a wrong no cost; both are said, or neither is. */
  falseAlarm: number | null
  miss: number | null
  /** Whether safe repairs are made; null is what the service was set to. */
  repairs: RepairPolicy | null
  /** Repairs that are not made, whatever is set. */
  withoutRepairs: string[]
  /** Whether a model words the result; null is what the service was set to. */
  prose: boolean | null
}

/** Seconds that a search may take, as offered. */
export const BUDGETS: readonly { value: number; label: string }[] = [
  { value: 30, label: '30 s' },
  { value: 60, label: '1 min' },
  { value: 300, label: '5 min' },
  { value: 1800, label: '30 min' },
]

export const emptyDraft: Draft = {
  datasetId: null,
  target: null,
  budget: 60,
  ask: true,
  task: null,
  time: null,
  group: null,
  leaveOut: [],
  sensitive: null,
  seed: 0,
  fits: null,
  horizon: null,
  falseAlarm: null,
  miss: null,
  repairs: null,
  withoutRepairs: [],
  prose: null,
}

/** What an earlier analysis asked for, to change and ask again. */
export const draftOf = (request: AnalysisRequest): Draft => ({
  datasetId: request.dataset_id,
  target: request.target ?? null,
  budget: request.budget_s,
  ask: request.clarify === 'ask',
  task: request.task ?? null,
  time: request.time ?? null,
  group: request.group ?? null,
  leaveOut: [...request.leave_out],
  sensitive: request.sensitive ?? null,
  seed: request.seed,
  fits: request.fits ?? null,
  horizon: request.horizon ?? null,
  falseAlarm: request.costs?.false_alarm ?? null,
  miss: request.costs?.miss ?? null,
  repairs: request.repairs ?? null,
  withoutRepairs: [...(request.without_repairs ?? [])],
  prose: request.prose ?? null,
})

/** Another dataset has other columns: what was said about columns goes. */
export const withDataset = (draft: Draft, datasetId: string | null): Draft =>
  datasetId === draft.datasetId
    ? draft
    : {
        ...draft,
        datasetId,
        target: null,
        task: null,
        time: null,
        group: null,
        leaveOut: [],
        sensitive: null,
        withoutRepairs: [],
      }

/** How many of the settings that are folded away are set. */
export const advancedCount = (draft: Draft): number =>
  [
    draft.task,
    draft.time,
    draft.group,
    draft.sensitive,
    draft.fits,
    draft.horizon,
    draft.falseAlarm ?? draft.miss,
    draft.repairs,
  ].filter((each) => each !== null).length +
  (draft.leaveOut.length > 0 ? 1 : 0) +
  (draft.withoutRepairs.length > 0 ? 1 : 0) +
  (draft.seed === 0 ? 0 : 1)

/** Why it can't be sent as it is; nothing when it can. */
export function problem(draft: Draft): string | null {
  if (!draft.datasetId) return 'Choose the data first'
  const { target } = draft
  if (target !== null && draft.leaveOut.includes(target)) return 'The target can’t be left out'
  if (target !== null && target === draft.time) return 'The target can’t be the time as well'
  if (target !== null && target === draft.group) return 'The target can’t be the group as well'
  if ((draft.falseAlarm === null) !== (draft.miss === null))
    return 'Say what both errors cost, each more than 0, or neither'
  return null
}

export const requestOf = (draft: Draft): AnalysisRequest => ({
  dataset_id: draft.datasetId ?? '',
  target: draft.target,
  task: draft.task,
  time: draft.time,
  group: draft.group,
  leave_out: draft.leaveOut,
  sensitive: draft.sensitive,
  budget_s: draft.budget,
  fits: draft.fits,
  horizon: draft.horizon,
  costs:
    draft.falseAlarm !== null && draft.miss !== null
      ? { false_alarm: draft.falseAlarm, miss: draft.miss }
      : null,
  repairs: draft.repairs,
  without_repairs: draft.withoutRepairs.length > 0 ? draft.withoutRepairs : null,
  prose: draft.prose,
  seed: draft.seed,
  clarify: draft.ask ? 'ask' : 'default',
})

// As the service divides it: a quarter of the search explains the model, at most ten seconds.
const EXPLAINED = 0.25
const EXPLAINED_MOST = 10

/** What the chosen time means before anything starts: the search, what comes after it, and what it costs. */
export const expected = (budget: number): string =>
  `The search ends after ${duration(budget)} with the best that it has; explaining it takes up to ${duration(
    Math.min(EXPLAINED_MOST, budget * EXPLAINED),
  )} more, reading the table and writing the report come on top. All of that runs on this server: it costs time, no money.`
