import { Button, Tooltip } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Hourglass, Power, ShieldAlert, ShieldCheck } from 'lucide-react'
import { useEffect, useState } from 'react'
import { endLiveSession, keepLiveSession } from '../../../api/endpoints'
import { healthQuery, liveSessionQuery } from '../../../api/queries'
import type { LiveSession } from '../../../api/types'
import { ConfirmDialog } from '../../../components/Dialogs'
import { useNow } from '../../../components/useNow'
import { countdown, duration, plural } from '../../../format/number'
import classes from './Workspace.module.css'

const RUNNING_MS = 2_000
const IDLE_MS = 20_000

/** The conversation's Python session: how long it stays, a way to keep it or end it, and what holds it. */
export function SessionFoot({ sessionId, running }: { sessionId: string; running: boolean }) {
  const client = useQueryClient()
  const { queryKey } = liveSessionQuery(sessionId)
  const live = useQuery({
    ...liveSessionQuery(sessionId),
    refetchInterval: running ? RUNNING_MS : IDLE_MS,
  })
  const refresh = () => client.invalidateQueries({ queryKey })
  const keep = useMutation({
    mutationFn: () => keepLiveSession(sessionId),
    onSuccess: (kept) => client.setQueryData(queryKey, kept),
    onError: refresh,
  })
  const end = useMutation({ mutationFn: () => endLiveSession(sessionId), onSuccess: refresh })
  const [asked, setAsked] = useState(false)
  const session = live.data
  return (
    <div role="group" aria-label="Python session" className={classes.session}>
      <Tier />
      <span className={classes.grow}>
        {session?.state === 'busy' ? (
          'Session runs code'
        ) : session?.state === 'idle' ? (
          <Countdown session={session} since={live.dataUpdatedAt} onOver={refresh} />
        ) : session ? (
          'No session; the next run starts one'
        ) : null}
      </span>
      {session?.state === 'idle' && (
        <>
          <Tooltip label={`Starts the ${duration(session.keep_alive_s)} anew`}>
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<Hourglass size={13} aria-hidden />}
              aria-label="Keep session"
              loading={keep.isPending}
              onClick={() => keep.mutate()}
            >
              Keep
            </Button>
          </Tooltip>
          <Button
            size="compact-xs"
            variant="default"
            aria-label="End session"
            leftSection={<Power size={13} aria-hidden />}
            onClick={() => setAsked(true)}
          >
            End
          </Button>
        </>
      )}
      <ConfirmDialog
        opened={asked}
        title="End the Python session?"
        confirm="End session"
        busy={end.isPending}
        error={end.error}
        onConfirm={() => end.mutate(undefined, { onSuccess: () => setAsked(false) })}
        onClose={() => {
          setAsked(false)
          end.reset()
        }}
      >
        {`Its ${session?.variables ? plural(session.variables, 'variable') : 'variables'} and working files go. The conversation, its charts and tables stay, and the code can run again.`}
      </ConfirmDialog>
    </div>
  )
}

function Countdown(props: { session: LiveSession; since: number; onOver: () => unknown }) {
  const { session, since, onOver } = props
  const now = useNow(1000).getTime()
  const left = Math.max(0, (session.expires_in_s ?? 0) - Math.max(0, now - since) / 1000)
  const over = left === 0
  useEffect(() => {
    if (over) onOver()
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only the end counts
  }, [over])
  return (
    <>
      Session ends in <span role="timer">{countdown(left)}</span>
    </>
  )
}

/** Where the code runs, one click from what holds it. */
function Tier() {
  const sandbox = useQuery(healthQuery).data?.sandbox
  if (!sandbox) return null
  const unsafe = sandbox.state === 'unavailable'
  const Icon = unsafe ? ShieldAlert : ShieldCheck
  return (
    <Tooltip label={sandbox.isolation ?? sandbox.message ?? 'The sandbox gets ready'} multiline maw={420}>
      <Link to="/settings" className={classes.tier} data-unsafe={unsafe || undefined}>
        <Icon size={14} aria-hidden />
        {`Sandbox: ${unsafe ? 'unavailable' : (sandbox.tier ?? sandbox.state)}`}
      </Link>
    </Tooltip>
  )
}
