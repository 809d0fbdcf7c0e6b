/** What the workspace shows: what the user chose, until something newer comes. */
import type { Attempt, ArtifactView } from '../../api/types'
import type { LiveTurn } from '../../live/conversation'

export const TABS = ['code', 'charts', 'tables', 'log', 'model', 'variables', 'provenance'] as const
export type Tab = (typeof TABS)[number]

export interface Choice {
  turnId?: string | undefined
  attemptId?: string | undefined
  artifactId?: string | undefined
  tab?: Tab | undefined
}

export interface Chosen extends Choice {
  /** What was there when the user chose; a new question or attempt ends the choice. */
  stamp: string
}

export interface Focus {
  turn: LiveTurn | undefined
  attempt: Attempt | undefined
  artifactId: string | undefined
  tab: Tab
}

export const stampOf = (turns: readonly LiveTurn[]): string =>
  `${turns.length}:${turns.reduce((sum, turn) => sum + turn.attempts.length, 0)}`

export const charts = (attempt: Attempt | undefined): ArtifactView[] =>
  (attempt?.artifacts ?? []).filter((a) => a.kind === 'chart' || a.kind === 'image' || a.kind === 'html')

export const tables = (attempt: Attempt | undefined): ArtifactView[] =>
  (attempt?.artifacts ?? []).filter((a) => a.kind === 'table' || a.kind === 'text')

/** Code first, so that it is seen before it runs; then what came of it. */
function naturalTab(attempt: Attempt | undefined): Tab {
  if (charts(attempt).length > 0) return 'charts'
  if (tables(attempt).length > 0) return 'tables'
  return 'code'
}

/** A new attempt ends the choice, but for the tab of somebody who looks elsewhere than at the code. */
function stillChosen(chosen: Chosen | undefined, stamp: string): Choice {
  if (!chosen || chosen.stamp === stamp) return chosen ?? {}
  const sameQuestion = chosen.stamp.split(':')[0] === stamp.split(':')[0]
  return sameQuestion && chosen.tab !== 'code' ? { tab: chosen.tab } : {}
}

export function focusOf(turns: readonly LiveTurn[], chosen: Chosen | undefined): Focus {
  const choice = stillChosen(chosen, stampOf(turns))
  const turn = turns.find((t) => t.id === choice.turnId) ?? turns.at(-1)
  const attempt = turn?.attempts.find((a) => a.id === choice.attemptId) ?? turn?.attempts.at(-1)
  return { turn, attempt, artifactId: choice.artifactId, tab: choice.tab ?? naturalTab(attempt) }
}
