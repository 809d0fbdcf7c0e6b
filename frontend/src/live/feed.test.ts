import { expect, it } from 'vitest'
import type { Attempt, EventBody } from '../api/types'
import { staleKeys } from './feed'

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
