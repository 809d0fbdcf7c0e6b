import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Database, MessageSquareText } from 'lucide-react'
import type { ReactNode } from 'react'
import { datasetsQuery, runsQuery, sessionsQuery } from '../../api/queries'
import { ErrorState } from '../../components/ErrorState'
import { LinkButton } from '../../components/LinkButton'
import { Panel } from '../../components/Panel'
import { Status } from '../../components/Status'
import { Ago, Elapsed } from '../../components/Time'
import { plural } from '../../format/number'
import { Subject } from '../activity/Subject'
import classes from './HomePage.module.css'

function Waiting({ label }: { label: string }) {
  return (
    <Stack gap={8} p="md" role="status" aria-label={label}>
      <Skeleton h={20} />
      <Skeleton h={20} />
    </Stack>
  )
}

function Empty({ children, action }: { children: string; action?: ReactNode }) {
  return (
    <Stack gap={8} p="md" align="flex-start">
      <Text size="sm" c="dimmed">
        {children}
      </Text>
      {action}
    </Stack>
  )
}

export function RecentSessions() {
  const sessions = useQuery(sessionsQuery())
  return (
    <Panel
      flush
      title="Recent conversations"
      aside={
        <LinkButton to="/ask" size="compact-xs" variant="subtle">
          New question
        </LinkButton>
      }
    >
      {sessions.error ? (
        <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : !sessions.data ? (
        <Waiting label="Loading conversations" />
      ) : sessions.data.length === 0 ? (
        <Empty>None yet. Once there is data, ask in plain words; each conversation is kept here.</Empty>
      ) : (
        <ul className={classes.list}>
          {sessions.data.slice(0, 3).map((session) => (
            <li key={session.id}>
              <MessageSquareText size={16} aria-hidden />
              <Link to="/ask/$sessionId" params={{ sessionId: session.id }} className={classes.link}>
                {session.title}
              </Link>
              <span className={classes.meta}>
                {plural(session.turns, 'question')} · <Ago at={session.updated_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

export function RecentDatasets() {
  const datasets = useQuery(datasetsQuery)
  return (
    <Panel
      flush
      title="Recent data"
      aside={
        <LinkButton to="/data" size="compact-xs" variant="subtle">
          All data
        </LinkButton>
      }
    >
      {datasets.error ? (
        <ErrorState error={datasets.error} onRetry={() => void datasets.refetch()} />
      ) : !datasets.data ? (
        <Waiting label="Loading datasets" />
      ) : datasets.data.length === 0 ? (
        <Empty>Nothing yet. What you upload is listed here.</Empty>
      ) : (
        <ul className={classes.list}>
          {datasets.data.slice(0, 4).map((dataset) => (
            <li key={dataset.id}>
              <Database size={16} aria-hidden />
              <Link to="/data/$datasetId" params={{ datasetId: dataset.id }} className={classes.link}>
                {dataset.name}
              </Link>
              {dataset.state === 'ready' ? (
                <span className={classes.meta}>{plural(dataset.rows ?? 0, 'row')}</span>
              ) : (
                <Status state={dataset.state} />
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

const ACTIVE: ReadonlySet<string> = new Set(['queued', 'running', 'waiting'])

/** What is at work now; nothing at all while nothing is. */
export function RunningJobs() {
  const active = useQuery(runsQuery).data?.filter((run) => ACTIVE.has(run.state)) ?? []
  if (active.length === 0) return null
  return (
    <Panel
      flush
      title="Running now"
      aside={
        <LinkButton to="/activity" size="compact-xs" variant="subtle">
          Activity
        </LinkButton>
      }
    >
      <ul className={classes.list}>
        {active.slice(0, 5).map((run) => (
          <li key={run.id}>
            <Status state={run.state} />
            <Subject run={run} className={classes.link ?? ''} />
            <span className={classes.meta}>
              <Elapsed from={run.started_at ?? run.created_at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
