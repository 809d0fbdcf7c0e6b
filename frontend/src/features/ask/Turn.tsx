import { Group, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core'
import { Maximize2 } from 'lucide-react'
import { memo } from 'react'
import { executeCode } from '../../api/endpoints'
import type { ArtifactView, Understanding as View } from '../../api/types'
import { Thumbnail } from '../../components/plot/Thumbnail'
import { Ago, Elapsed } from '../../components/Time'
import { Status } from '../../components/Status'
import { duration } from '../../format/number'
import { activeRun, type Approval, type LiveTurn } from '../../live/conversation'
import { AnswerCard } from './AnswerCard'
import { AnswerActions } from './share/AnswerActions'
import { ApprovalCard } from './ApprovalCard'
import { Corrections } from './Corrections'
import { useCodeDraft } from './drafts'
import type { Choice } from './focus'
import { AttemptNotes, Cancelled, Failed, NotAnswered, Suggestions } from './Outcomes'
import { HandedOver } from './HandedOver'
import { costOf, totalOf } from './model/calls'
import { useTurnCalls } from './model/useCalls'
import { PlanSteps } from './PlanSteps'
import classes from './Turn.module.css'
import { Understanding } from './Understanding'
import { plannerWord } from './words'

export interface TurnProps {
  sessionId: string
  turn: LiveTurn
  last: boolean
  focused: boolean
  /** While a question runs no other can be asked. */
  busy: boolean
  onAsk: (question: string, change?: { base_turn_id: string; without_chips: string[] }) => void
  onShow: (choice: Choice) => void
}

/** A question and everything that came of it. */
export const Turn = memo(function Turn(props: TurnProps) {
  const { sessionId, turn, last, focused, busy, onAsk, onShow } = props
  // The answer is that of the question's own run: code that was edited later has its place in the workspace.
  const own = turn.attempts.findLast((attempt) => attempt.run_id === turn.run_id)
  const chart = own?.artifacts.find((artifact) => artifact.kind === 'chart')
  const planning = turn.state === 'running' && !turn.understanding && turn.steps.length === 0
  // The card that asks for approval lists the steps itself, and its buttons must be in sight.
  const asked = turn.state === 'waiting' && turn.approval !== null && !turn.approval.decided
  return (
    <article
      className={classes.turn}
      aria-label={turn.question}
      id={`turn-${turn.id}`}
      data-focused={focused || undefined}
    >
      <h2 className={classes.question}>{turn.question}</h2>
      <Stack gap="sm" className={classes.body}>
        <TurnHead
          sessionId={sessionId}
          turn={turn}
          seconds={own?.seconds}
          onShow={() => onShow({ turnId: turn.id })}
        />
        {planning && <Skeleton h={72} role="status" aria-label="Reading the question" />}
        {turn.understanding && saysSomething(turn.understanding) && (
          <Understanding
            understanding={turn.understanding}
            answered={!turn.message}
            disabled={busy}
            onRemove={(chip) => onAsk(turn.question, { base_turn_id: turn.id, without_chips: [chip.id] })}
          />
        )}
        {turn.steps.length > 0 && !turn.answer && !asked && <PlanSteps turn={turn} />}
        {turn.approval && turn.state !== 'cancelled' && (
          <Approve sessionId={sessionId} turn={turn} approval={turn.approval} onShow={onShow} />
        )}
        <Corrections
          attempts={turn.attempts}
          onShow={(attempt) => onShow({ turnId: turn.id, attemptId: attempt.id, tab: 'code' })}
        />
        <AttemptNotes
          attempts={turn.attempts}
          onShow={(attempt) => onShow({ turnId: turn.id, attemptId: attempt.id, tab: 'code' })}
        />
        {turn.answer && (
          <AnswerCard
            answer={turn.answer}
            actions={<AnswerActions sessionId={sessionId} turn={turn} answer={turn.answer} attempt={own} />}
          />
        )}
        {chart && (
          <ChartButton
            chart={chart}
            onOpen={() => onShow({ turnId: turn.id, artifactId: chart.id, tab: 'charts' })}
          />
        )}
        {turn.message && turn.offer && (
          <>
            <HandedOver sessionId={sessionId} turnId={turn.id} message={turn.message} offer={turn.offer} />
            {!turn.offer.started && turn.near_questions.length > 0 && (
              <div>
                <Text size="xs" c="dimmed" mb={6}>
                  Or a small model here, at once:
                </Text>
                <Suggestions
                  questions={turn.near_questions}
                  label="Smaller questions"
                  disabled={busy}
                  onAsk={onAsk}
                />
              </div>
            )}
          </>
        )}
        {turn.message && !turn.offer && (
          <NotAnswered
            message={turn.message}
            reason={turn.reason}
            questions={turn.near_questions}
            disabled={busy}
            onAsk={onAsk}
          />
        )}
        {turn.failure && <Failed failure={turn.failure} />}
        {turn.state === 'cancelled' && !turn.failure && !turn.message && <Cancelled />}
        {last && turn.answer && (
          <Suggestions
            questions={turn.answer.followups}
            label="Follow-up questions"
            disabled={busy}
            onAsk={onAsk}
          />
        )}
      </Stack>
    </article>
  )
})

interface Approve extends Pick<TurnProps, 'sessionId' | 'turn' | 'onShow'> {
  approval: Approval
}

function Approve({ sessionId, turn, approval, onShow }: Approve) {
  const attempt = turn.attempts.at(-1)
  const { draft, set, remove } = useCodeDraft(attempt?.id ?? turn.id)
  const edit = () => {
    if (!attempt) return
    set(draft ?? attempt.code)
    onShow({ turnId: turn.id, attemptId: attempt.id, tab: 'code' })
  }
  const proceed = async () => {
    await executeCode(sessionId, turn.id, draft ?? '', approval.id)
    remove()
  }
  // Code that somebody edited must never be passed over for the one it was edited from.
  // Code that was edited beside an answer waits in a run of its own, whose place no other code can take.
  const editable = approval.runId === turn.run_id
  const edited = editable && draft !== undefined && draft !== attempt?.code && draft.trim() !== ''
  return (
    <ApprovalCard
      approval={approval}
      onEdit={attempt && editable ? edit : undefined}
      onProceedEdited={edited ? proceed : undefined}
    />
  )
}

const saysSomething = (view: View): boolean =>
  view.restatement !== '' || view.chips.length + view.assumptions.length + view.ignored.length > 0

interface Head {
  sessionId: string
  turn: LiveTurn
  seconds: number | null | undefined
  onShow: () => void
}

function TurnHead({ sessionId, turn, seconds, onShow }: Head) {
  const total = totalOf(useTurnCalls(sessionId, turn))
  const live = activeRun(turn) !== undefined
  const notAnswered = turn.state === 'done' && turn.message !== null
  const word =
    turn.reason === 'ambiguous' ? 'Asks back' : turn.reason === 'build' ? 'Work for Build' : 'Not answered'
  return (
    <Group gap={10} wrap="nowrap" className={classes.head}>
      <Status
        state={live && turn.state === 'done' ? 'running' : notAnswered ? 'pending' : turn.state}
        {...(notAnswered && !live && { word })}
      />
      <Text size="xs" c="dimmed" className="num" truncate>
        {live ? <Elapsed from={turn.created_at} /> : <Ago at={turn.created_at} />}
        {total.calls > 0 && ` · ${costOf(total)}`}
        {!live && typeof seconds === 'number' && ` · code ran ${duration(seconds)}`}
        {` · ${plannerWord(turn.planner)} planner`}
      </Text>
      {turn.attempts.length > 0 && (
        <UnstyledButton className={classes.show} onClick={onShow}>
          Show work
        </UnstyledButton>
      )}
    </Group>
  )
}

function ChartButton({ chart, onOpen }: { chart: ArtifactView; onOpen: () => void }) {
  return (
    <UnstyledButton className={classes.chart} onClick={onOpen} aria-label={`Open the chart ${chart.title}`}>
      <Thumbnail artifactId={chart.id} />
      <span className={classes.chartTitle}>
        <span>{chart.title}</span>
        <Maximize2 size={14} aria-hidden />
      </span>
    </UnstyledButton>
  )
}
