import { useQuery } from '@tanstack/react-query'
import { modelCallsQuery } from '../../../api/queries'
import type { ModelCall, TurnView } from '../../../api/types'

/** What was asked of a model for one question, once it is known; nothing is asked for where no model is. */
export function useTurnCalls(sessionId: string, turn: TurnView): readonly ModelCall[] {
  const known = useQuery({ ...modelCallsQuery(sessionId), enabled: turn.planner !== 'builtin' }).data
  return (known ?? []).filter((call) => call.run_id === turn.run_id)
}
