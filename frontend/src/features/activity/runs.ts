import type { RunView } from '../../api/types'

export const FILTERS = ['all', 'active', 'failed'] as const
export type Filter = (typeof FILTERS)[number]

export const isActive = (run: Pick<RunView, 'state'>): boolean =>
  run.state === 'queued' || run.state === 'running' || run.state === 'waiting'

export function shownRuns(runs: readonly RunView[], filter: Filter): RunView[] {
  if (filter === 'active') return runs.filter(isActive)
  if (filter === 'failed') return runs.filter((run) => run.state === 'failed')
  return [...runs]
}

const WORDS: Record<string, string> = {
  analysis: 'Analysis',
  ask: 'Question',
  execute: 'Edited code',
  profile: 'Profile of a file',
  ingest: 'Upload',
}

/** A kind of work in words; one that this page does not know keeps its own name. */
export const kindWord = (kind: string): string => WORDS[kind] ?? kind
