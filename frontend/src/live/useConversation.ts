import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { address } from '../api/client'
import { getSession } from '../api/endpoints'
import type { Envelope, SessionView } from '../api/types'
import { activeRun, emptyConversation, fromDetail, reduce, type Conversation } from './conversation'
import { openStream } from './stream'

export interface LiveConversation {
  conversation: Conversation | undefined
  session: SessionView | undefined
  error: Error | null
  retry: () => void
}

/**
 * A turn that still runs has a past that only its events know (steps, approval, output): the whole
 * conversation is folded again beside the loaded one, and replaces it once it knows every turn.
 */
interface Folding {
  loaded: Conversation
  shown: Conversation
  replay: Conversation | null
}

const hasWork = (conversation: Conversation): boolean =>
  conversation.turns.some((turn) => activeRun(turn) !== undefined)

function advance(folding: Folding, events: readonly Envelope[]): Folding {
  const shown = events.reduce(reduce, folding.shown)
  if (!folding.replay) return { ...folding, shown }
  const replay = events.reduce(reduce, folding.replay)
  const caughtUp = replay.turns.length >= shown.turns.length
  return { ...folding, shown: caughtUp ? replay : shown, replay: caughtUp ? null : replay }
}

/** A conversation that is loaded once and then follows its events. */
export function useConversation(sessionId: string): LiveConversation {
  // Never served from the cache: the loaded state and its cursor belong together.
  const load = useQuery({
    queryKey: ['session', sessionId],
    queryFn: () => getSession(sessionId),
    gcTime: 0,
    staleTime: Infinity,
  })
  const turns = load.data?.turns
  const lastSeq = load.data?.last_seq
  const loaded = useMemo(
    () => (turns && lastSeq !== undefined ? fromDetail({ turns, last_seq: lastSeq }) : undefined),
    [turns, lastSeq],
  )
  const [folding, setFolding] = useState<Folding>()

  useEffect(() => {
    if (!loaded) return
    const live = hasWork(loaded)
    let current: Folding = { loaded, shown: loaded, replay: live ? emptyConversation : null }
    return openStream({
      address: (cursor) =>
        address(`/sessions/${encodeURIComponent(sessionId)}/events`, { after: cursor ?? 0 }),
      after: live ? 0 : loaded.seq,
      onEvents: (events) => {
        current = advance(current, events)
        setFolding(current)
      },
    })
  }, [loaded, sessionId])

  return {
    conversation: folding && folding.loaded === loaded ? folding.shown : loaded,
    session: load.data?.session,
    error: load.error,
    retry: () => void load.refetch(),
  }
}
