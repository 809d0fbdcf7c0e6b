import { expect, it } from 'vitest'
import type { Attempt, EventBody } from '../api/types'
import type { JobView, Progress } from '../api/analysis'
import { staleKeys, withProgress } from './feed'

const attempt: Attempt = {
  id: 'exe_1',
  turn_id: 't',
  run_id: 'r',
  number: 1,
  origin: 'planner',
  code: '',
  state: 'ok',
  dataset_versions: [],
  why: '',
  artifacts: [],
}

const keys = (body: EventBody) =>
  staleKeys({ seq: 1, at: '2026-01-01T00:00:00Z', subject: 's', run_id: 'r', body }).map(String)

it('says what an event makes stale, and only that', () => {
  expect(keys({ type: 'run', kind: 'ask', title: 't', state: 'running', failure: null })).toEqual([
    'runs',
    'model-calls,s',
  ])
  expect(
    keys({ type: 'dataset', dataset_id: 'd', name: 'n', state: 'ready', version_id: null, failure: null }),
  ).toEqual(['datasets', 'dataset,d', 'samples'])
  expect(keys({ type: 'turn', turn_id: 't', question: 'q', planner: 'p' })).toEqual(['sessions'])
  expect(keys({ type: 'session', session_id: 's', change: 'changed' })).toEqual(['sessions'])
  expect(keys({ type: 'session', session_id: 's', change: 'deleted' })).toEqual(['sessions', 'session,s'])
  for (const type of ['code', 'execution'] as const)
    expect(keys({ type, turn_id: 't', attempt })).toEqual(['sandbox,s', 'model-calls,s'])
  expect(keys({ type: 'output', turn_id: 't', lines: [] })).toEqual([])
})

it('asks again for an analysis when something is said of it, and not for its progress', () => {
  expect(keys({ type: 'run', kind: 'analysis', title: 't', state: 'done', failure: null })).toEqual([
    'runs',
    'jobs',
    'job,r',
  ])
  expect(keys({ type: 'stage', name: 'eda', title: 'Look', state: 'done', seconds: 1 })).toEqual([
    'runs',
    'job,r',
  ])
  expect(keys({ type: 'analysis.said', stage: 'eda', text: 't' })).toEqual(['job,r'])
  expect(keys({ type: 'analysis.findings', high: 0, medium: 1, low: 0 })).toEqual(['job,r'])
  expect(keys({ type: 'analysis.ended', verdict: 'pass' })).toEqual(['runs', 'jobs', 'job,r'])
  expect(keys({ type: 'analysis.progress', progress: at(1) })).toEqual([])
})

const at = (seconds: number): Progress => ({
  fits: 1,
  seconds,
  budget_s: 60,
  budget_fits: null,
  phase: 'p',
  best: null,
  metric: 'rmse',
  better: 'lower',
  baseline: null,
  leaderboard: [],
})

it('keeps the furthest progress of an analysis, whatever comes late', () => {
  const job = { id: 'r', progress: null } as unknown as JobView
  const first = withProgress(job, at(5))
  expect(first?.progress?.seconds).toBe(5)
  expect(withProgress(first, at(3))).toBe(first)
  expect(withProgress(first, at(9))?.progress?.seconds).toBe(9)
  expect(withProgress(undefined, at(1))).toBeUndefined()
})
