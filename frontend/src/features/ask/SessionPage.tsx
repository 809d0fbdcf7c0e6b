import { Skeleton, Splitter, Stack, Tabs } from '@mantine/core'
import { useElementSize, useLocalStorage } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { cancelRun, updateSession } from '../../api/endpoints'
import { datasetsQuery, sessionsQuery } from '../../api/queries'
import type { SessionDetail, SessionView } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { activeRun, type LiveTurn } from '../../live/conversation'
import { useConversation } from '../../live/useConversation'
import { AskFrame } from './AskFrame'
import { Composer } from './Composer'
import { Conversation } from './Conversation'
import { DatasetPicker } from './DatasetPicker'
import { focusOf, stampOf, type Choice, type Chosen } from './focus'
import { SessionMenu } from './SessionMenu'
import classes from './SessionPage.module.css'
import type { TurnProps } from './Turn'
import { useApprovalMode } from './useApprovalMode'
import { useAsk } from './useAsk'

const Workspace = lazy(() => import('./workspace/Workspace'))

const SPLIT_FROM = 820

/** One conversation: what was asked on the left, what was done on the right. */
export function SessionPage() {
  const { sessionId } = useParams({ from: '/ask/$sessionId' })
  return <Session key={sessionId} sessionId={sessionId} />
}

function Session({ sessionId }: { sessionId: string }) {
  const live = useConversation(sessionId)
  const listed = useQuery(sessionsQuery()).data?.find((session) => session.id === sessionId)
  const session = listed ?? live.session
  const turns = live.conversation?.turns

  return (
    <AskFrame
      title={session?.title ?? 'Conversation'}
      sessionId={sessionId}
      actions={session && <SessionMenu session={session} current />}
    >
      {live.error ? (
        <div className="page">
          <ErrorState error={live.error} title="The conversation could not be loaded" onRetry={live.retry} />
        </div>
      ) : turns && live.session ? (
        <Room session={live.session} turns={turns} />
      ) : (
        <Stack p="lg" role="status" aria-label="Loading the conversation">
          <Skeleton h={40} w="50%" ml="auto" />
          <Skeleton h={96} />
          <Skeleton h={180} />
        </Stack>
      )}
    </AskFrame>
  )
}

function useChosen(turns: readonly LiveTurn[]): [Chosen | undefined, (choice: Choice) => void] {
  const given = useSearch({ from: '/ask/$sessionId' })
  const stamp = stampOf(turns)
  const [chosen, setChosen] = useState<Chosen | undefined>(() =>
    given.turn ? { stamp, turnId: given.turn, attemptId: given.execution } : undefined,
  )
  const choose = useCallback((choice: Choice) => setChosen({ ...choice, stamp }), [stamp])
  return [chosen, choose]
}

function Room({ session, turns }: { session: SessionView; turns: readonly LiveTurn[] }) {
  const { ref, width } = useElementSize()
  const [ratio, setRatio] = useLocalStorage({
    key: 'lakeglass.split',
    defaultValue: 46,
    getInitialValueInEffect: false,
  })
  const [pane, setPane] = useState<'conversation' | 'workspace'>('conversation')
  const [chosen, choose] = useChosen(turns)
  const focus = focusOf(turns, chosen)
  const narrow = width < SPLIT_FROM

  const { turn, attempt, tab, artifactId } = focus
  const change = useCallback(
    (choice: Choice) => choose({ turnId: turn?.id, attemptId: attempt?.id, artifactId, tab, ...choice }),
    [choose, turn?.id, attempt?.id, artifactId, tab],
  )
  const show = useCallback(
    (choice: Choice) => {
      choose(choice)
      setPane('workspace')
    },
    [choose],
  )

  const left = <Left session={session} turns={turns} focusedId={turn?.id} onShow={show} />
  const right = (
    <Suspense fallback={<Skeleton h="100%" role="status" aria-label="Loading the workspace" />}>
      <Workspace
        sessionId={session.id}
        focus={focus}
        onChange={change}
        onQuestion={(turnId) => {
          setPane('conversation')
          document.getElementById(`turn-${turnId}`)?.scrollIntoView({ block: 'start' })
        }}
      />
    </Suspense>
  )

  return (
    <div ref={ref} className={classes.room}>
      {width === 0 ? null : narrow ? (
        <Tabs
          value={pane}
          onChange={(value) => setPane(value === 'workspace' ? 'workspace' : 'conversation')}
          className={classes.tabs}
          keepMounted={false}
        >
          <Tabs.List grow>
            <Tabs.Tab value="conversation">Conversation</Tabs.Tab>
            <Tabs.Tab value="workspace">Workspace</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="conversation" className={classes.pane}>
            {left}
          </Tabs.Panel>
          <Tabs.Panel value="workspace" className={classes.pane}>
            {right}
          </Tabs.Panel>
        </Tabs>
      ) : (
        <Splitter
          className={classes.split}
          sizes={[ratio, 100 - ratio]}
          onSizeChange={([first]) => setRatio(Math.round(Number.parseFloat(String(first ?? 46)) * 10) / 10)}
          lineSize={1}
          step={2}
          shiftStep={10}
          handleColor="var(--line)"
        >
          <Splitter.Pane defaultSize={46} min={30} className={classes.pane}>
            {left}
          </Splitter.Pane>
          <Splitter.Pane defaultSize={54} min={30} className={classes.pane}>
            {right}
          </Splitter.Pane>
        </Splitter>
      )}
    </div>
  )
}

interface LeftProps {
  session: SessionView
  turns: readonly LiveTurn[]
  focusedId: string | undefined
  onShow: (choice: Choice) => void
}

function Left({ session, turns, focusedId, onShow }: LeftProps) {
  const startAt = useSearch({ from: '/ask/$sessionId' }).turn
  const asking = useAsk()
  const client = useQueryClient()
  const stop = useMutation({ mutationFn: cancelRun })
  const datasets = useMutation({
    mutationFn: (ids: string[]) => updateSession(session.id, { dataset_ids: ids }),
    onSuccess: (updated) =>
      client.setQueryData<SessionDetail>(
        ['session', session.id],
        (old) => old && { ...old, session: updated },
      ),
  })
  const known = useQuery(datasetsQuery).data
  const dataGone = known && !session.dataset_ids.some((id) => known.some((dataset) => dataset.id === id))
  const running = turns.map(activeRun).find((id) => id !== undefined)
  const busy = running !== undefined || asking.isPending

  useEffect(() => {
    if (!running) stop.reset()
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only the end of the run matters
  }, [running])

  const { mutate, mutateAsync } = asking
  const { mode } = useApprovalMode()
  const onAsk: TurnProps['onAsk'] = useCallback(
    (question, change) => {
      mutate({ question, session_id: session.id, approval: mode, ...change })
    },
    [mutate, session.id, mode],
  )

  return (
    <div className={classes.left}>
      <Conversation
        sessionId={session.id}
        turns={turns}
        startAt={startAt}
        focusedId={focusedId}
        busy={busy}
        onAsk={onAsk}
        onShow={onShow}
      />
      <div className={classes.composer}>
        {asking.error && <ErrorState error={asking.error} title="The question was not sent" />}
        {stop.error && <ErrorState error={stop.error} title="It could not be stopped" />}
        {datasets.error && <ErrorState error={datasets.error} title="The datasets were not changed" />}
        <Composer
          draftKey={session.id}
          sending={asking.isPending}
          blocked={
            !dataGone
              ? undefined
              : session.dataset_ids.length > 0
                ? 'Its data was deleted: add other data'
                : 'Choose data first'
          }
          stopping={stop.isPending || stop.isSuccess}
          onStop={running ? () => stop.mutate(running) : undefined}
          datasets={
            <DatasetPicker
              selected={session.dataset_ids}
              disabled={busy || datasets.isPending}
              onChange={(ids) => datasets.mutate(ids)}
            />
          }
          onSend={(question) => mutateAsync({ question, session_id: session.id, approval: mode })}
        />
      </div>
    </div>
  )
}
