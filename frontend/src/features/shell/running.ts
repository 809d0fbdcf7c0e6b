import type { RunView } from '../../api/types'

export interface Running {
  running: number
  waiting: number
  text: string
}

/** The one analysis that is at work, when nothing else is: it has a page of its own. */
export function onlyAnalysis(runs: readonly Pick<RunView, 'id' | 'kind' | 'state'>[]): string | null {
  const active = runs.filter(({ state }) => state === 'running' || state === 'queued' || state === 'waiting')
  const [only, second] = active
  return only?.kind === 'analysis' && second === undefined ? only.id : null
}

/** '2 running', '1 waits for you', '1 waits · 2 running'. */
export function summarise(runs: readonly Pick<RunView, 'state'>[]): Running {
  const running = runs.filter((run) => run.state === 'running' || run.state === 'queued').length
  const waiting = runs.filter((run) => run.state === 'waiting').length
  const parts = [
    waiting > 0 ? `${waiting} ${waiting === 1 ? 'waits' : 'wait'} for you` : '',
    running > 0 ? `${running} running` : '',
  ]
  return { running, waiting, text: parts.filter(Boolean).join(' · ') }
}
