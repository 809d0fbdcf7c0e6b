import { Code, Group, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Code as CodeIcon, Database, FileText, MessageSquareText, Play, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { executionQuery } from '../../../api/queries'
import type { Attempt, SourceView } from '../../../api/types'
import { Copy } from '../../../components/Copy'
import { ErrorState } from '../../../components/ErrorState'
import { Status } from '../../../components/Status'
import { duration, plural } from '../../../format/number'
import { exactTime } from '../../../format/time'
import type { LiveTurn } from '../../../live/conversation'
import type { Choice } from '../focus'
import { plannerWord } from '../words'
import classes from './Workspace.module.css'

interface Props {
  turn: LiveTurn
  attempt: Attempt
  onChange: (choice: Choice) => void
  onQuestion: (turnId: string) => void
}

/** Answer → code → execution → dataset version → original file, one click each way. */
export function ProvenanceTab({ turn, attempt, onChange, onQuestion }: Props) {
  const detail = useQuery(executionQuery(attempt.id))
  // Edited code has no sentence of its own.
  const answer = attempt.origin !== 'edited' ? turn.answer : null
  return (
    <ol className={classes.chain}>
      <Node icon={MessageSquareText} kind={answer ? 'Answer' : 'Question'}>
        <button type="button" className={classes.link} onClick={() => onQuestion(turn.id)}>
          {answer?.sentence ?? turn.question}
        </button>
      </Node>
      <Node
        icon={CodeIcon}
        kind={
          attempt.origin === 'edited'
            ? 'Code, edited by you'
            : attempt.origin === 'model'
              ? 'Code, written by the model'
              : `Code, written by the ${plannerWord(turn.planner)} planner`
        }
      >
        <button type="button" className={classes.link} onClick={() => onChange({ tab: 'code' })}>
          {`Attempt ${attempt.number}, ${plural(attempt.code.trimEnd().split('\n').length, 'line')}`}
        </button>
        {turn.plan_json && attempt.origin === 'planner' && (
          <details className={classes.plan}>
            <summary>The typed plan</summary>
            <Code block fz="xs">
              {pretty(turn.plan_json)}
            </Code>
          </details>
        )}
      </Node>
      <Node icon={Play} kind="Execution in the sandbox">
        <button type="button" className={classes.link} onClick={() => onChange({ tab: 'log' })}>
          <span className="mono">{attempt.id}</span>
        </button>
        <Group gap={10}>
          <Status state={attempt.state} />
          <Text size="xs" c="dimmed" className="num">
            {attempt.started_at && exactTime(attempt.started_at)}
            {typeof attempt.seconds === 'number' && ` · ${duration(attempt.seconds)}`}
          </Text>
        </Group>
      </Node>
      {detail.error ? (
        <ErrorState
          error={detail.error}
          title="The sources could not be loaded"
          onRetry={() => void detail.refetch()}
        />
      ) : detail.data ? (
        detail.data.sources.map((source) => <Source key={source.version_id} source={source} />)
      ) : (
        <Skeleton h={96} role="status" aria-label="Loading the sources" />
      )}
    </ol>
  )
}

function Source({ source }: { source: SourceView }) {
  return (
    <>
      <Node icon={Database} kind="Dataset version">
        <Link
          to="/data/$datasetId"
          params={{ datasetId: source.dataset_id }}
          search={{ tab: 'provenance' }}
          className={classes.link}
        >
          {`${source.dataset_name}, version ${source.version_number}`}
        </Link>
        <Text size="xs" c="dimmed">
          snapshot <span className="mono">{source.snapshot_id}</span>
        </Text>
      </Node>
      <Node icon={FileText} kind="Original file, untouched">
        <Text size="sm" fw={500}>
          {source.original_name}
        </Text>
        <Group gap={2}>
          <Text size="xs" c="dimmed">
            sha256 <span className="mono">{source.original_sha256.slice(0, 16)}…</span>
          </Text>
          <Copy value={source.original_sha256} label="Copy the whole sha256" />
        </Group>
      </Node>
    </>
  )
}

function Node({ icon: Icon, kind, children }: { icon: LucideIcon; kind: string; children: ReactNode }) {
  return (
    <li>
      <span className={classes.node}>
        <Icon size={15} aria-hidden />
      </span>
      <div className={classes.kind}>{kind}</div>
      {children}
    </li>
  )
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
