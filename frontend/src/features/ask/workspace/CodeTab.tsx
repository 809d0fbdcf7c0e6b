import { Button, Group, SegmentedControl, Select, Skeleton, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Pencil, Play, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { executeCode } from '../../../api/endpoints'
import type { Attempt } from '../../../api/types'
import { Copy } from '../../../components/Copy'
import { ErrorState } from '../../../components/ErrorState'
import { Status, stateWord } from '../../../components/Status'
import { duration } from '../../../format/number'
import { activeRun, type LiveTurn } from '../../../live/conversation'
import { useCodeDraft } from '../drafts'
import type { Choice } from '../focus'
import classes from './Workspace.module.css'

const CodeEditor = lazy(() => import('../../../components/code/CodeEditor'))

interface Props {
  sessionId: string
  turn: LiveTurn
  attempt: Attempt
  onChange: (choice: Choice) => void
}

type View = 'code' | 'changes'

const attemptLabel = (attempt: Attempt): string =>
  `Attempt ${attempt.number}${attempt.origin === 'edited' ? ' (edited)' : ''} · ${stateWord(attempt.state).toLowerCase()}`

/** The code of an attempt: read it, compare it with the one before, edit it and run it. */
export function CodeTab({ sessionId, turn, attempt, onChange }: Props) {
  const { draft: edited, set: setEdited, remove: discard } = useCodeDraft(attempt.id)
  const [view, setView] = useState<View>('code')
  const asked = turn.approval && !turn.approval.decided ? turn.approval : undefined
  const waiting = asked?.runId === turn.run_id ? asked : undefined
  const run = useMutation({
    mutationFn: (code: string) => executeCode(sessionId, turn.id, code, waiting?.id),
    onSuccess: discard,
  })
  const before = turn.attempts[turn.attempts.indexOf(attempt) - 1]
  const editing = edited !== undefined
  const busy = activeRun(turn) !== undefined && !waiting
  const comparing = view === 'changes' && before !== undefined && !editing
  const start = (code: string) => {
    if (!busy && code.trim()) run.mutate(code)
  }

  return (
    <>
      <div className={classes.bar}>
        {turn.attempts.length > 1 && !editing ? (
          <Select
            size="xs"
            w={220}
            aria-label="Attempt"
            allowDeselect={false}
            value={attempt.id}
            onChange={(id) => id && onChange({ attemptId: id, artifactId: undefined, tab: 'code' })}
            data={turn.attempts.map((a) => ({ value: a.id, label: attemptLabel(a) }))}
          />
        ) : (
          <EditState attempt={attempt} editing={editing} />
        )}
        {typeof attempt.seconds === 'number' && !editing && (
          <Text size="xs" c="dimmed" className="num">
            {duration(attempt.seconds)}
          </Text>
        )}
        <div className={classes.grow} />
        {before && !editing && (
          <SegmentedControl
            size="xs"
            aria-label="View"
            value={view}
            onChange={(value) => setView(value === 'changes' ? 'changes' : 'code')}
            data={[
              { value: 'code', label: 'Code' },
              { value: 'changes', label: 'Changes' },
            ]}
          />
        )}
        {editing ? (
          <EditActions
            busy={busy || run.isPending}
            word={waiting ? 'Proceed as edited' : 'Run edited code'}
            onRun={() => start(edited)}
            onDiscard={() => {
              discard()
              run.reset()
            }}
          />
        ) : (
          <>
            <Copy value={attempt.code} label="Copy the code" />
            <Button
              size="xs"
              variant="default"
              leftSection={<Pencil size={14} aria-hidden />}
              disabled={busy}
              onClick={() => setEdited(attempt.code)}
            >
              Edit
            </Button>
          </>
        )}
      </div>
      {attempt.error_message && !editing && <ErrorLine attempt={attempt} />}
      {run.error && <ErrorState error={run.error} title="The code was not started" />}
      <div className={classes.fill}>
        <Suspense fallback={<Skeleton h="100%" role="status" aria-label="Loading the code" />}>
          <CodeEditor
            key={`${attempt.id}:${String(editing)}`}
            code={edited ?? attempt.code}
            label={editing ? 'Code, editable' : `Code of attempt ${attempt.number}`}
            editable={editing}
            onChange={setEdited}
            onRun={() => start(edited ?? '')}
            original={comparing ? before.code : undefined}
            errorAt={editing ? null : attempt.error_line}
          />
        </Suspense>
      </div>
    </>
  )
}

function EditState({ attempt, editing }: { attempt: Attempt; editing: boolean }) {
  if (!editing) return <Status state={attempt.state} />
  return (
    <Text size="sm" fw={500}>
      Editing attempt {attempt.number}
    </Text>
  )
}

function EditActions(props: { busy: boolean; word: string; onRun: () => void; onDiscard: () => void }) {
  return (
    <Group gap={8}>
      <Button size="xs" variant="default" leftSection={<X size={14} aria-hidden />} onClick={props.onDiscard}>
        Discard
      </Button>
      <Button
        size="xs"
        leftSection={<Play size={14} aria-hidden />}
        loading={props.busy}
        onClick={props.onRun}
      >
        {props.word}
      </Button>
    </Group>
  )
}

function ErrorLine({ attempt }: { attempt: Attempt }) {
  return (
    <div className={classes.error}>
      <strong>{attempt.error_name}</strong>
      {typeof attempt.error_line === 'number' && ` in line ${attempt.error_line}`}: {attempt.error_message}
    </div>
  )
}
