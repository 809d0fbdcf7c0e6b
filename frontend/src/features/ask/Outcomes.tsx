import { Button, Code, Text } from '@mantine/core'
import { Ban, CircleQuestionMark, CircleX, CornerDownRight, Info, Wrench } from 'lucide-react'
import type { Attempt, Failure, TurnView } from '../../api/types'
import { stateWord } from '../../components/Status'
import classes from './Outcomes.module.css'

interface Suggestions {
  questions: readonly string[]
  label: string
  disabled: boolean
  onAsk: (question: string) => void
}

/** Questions that can be asked with one click. */
export function Suggestions({ questions, label, disabled, onAsk }: Suggestions) {
  if (questions.length === 0) return null
  return (
    <ul className={classes.suggestions} aria-label={label}>
      {questions.map((question) => (
        <li key={question}>
          <Button
            variant="default"
            size="xs"
            disabled={disabled}
            className={classes.suggestion}
            leftSection={<CornerDownRight size={14} aria-hidden />}
            onClick={() => onAsk(question)}
          >
            {question}
          </Button>
        </li>
      ))}
    </ul>
  )
}

interface Stop extends Omit<Suggestions, 'label'> {
  message: string
  reason: TurnView['reason']
}

/** An honest stop, with the nearest questions that can be answered; or a question back, with what it may mean. */
export function NotAnswered({ message, reason, ...suggestions }: Stop) {
  const asksBack = reason === 'ambiguous'
  const Icon = asksBack ? CircleQuestionMark : Info
  return (
    <div
      role="group"
      className={classes.note}
      data-tone="info"
      aria-label={asksBack ? 'Which do you mean?' : 'Not answered'}
    >
      <Icon size={17} aria-hidden />
      <div>
        <Text size="sm">{message}</Text>
        {suggestions.questions.length > 0 && (
          <>
            <Text size="xs" c="dimmed" mt={8} mb={6}>
              {asksBack ? 'Choose what you mean:' : 'Nearest questions that I can answer:'}
            </Text>
            <Suggestions {...suggestions} label={asksBack ? 'Readings' : 'Nearest questions'} />
          </>
        )}
      </div>
    </div>
  )
}

export function Failed({ failure }: { failure: Failure }) {
  const request = failure.details['request_id']
  return (
    <div className={classes.note} data-tone="bad" role="alert">
      <CircleX size={17} aria-hidden />
      <div>
        <Text size="sm" fw={600}>
          This question could not be finished
        </Text>
        <Text size="sm">{failure.message}</Text>
        <Text size="xs" c="dimmed" mt={4}>
          Your data and the earlier answers are unharmed. <Code fz="xs">{failure.code}</Code>
          {typeof request === 'string' && (
            <>
              {' '}
              request <Code fz="xs">{request}</Code>
            </>
          )}
        </Text>
      </div>
    </div>
  )
}

export function Cancelled() {
  return (
    <div role="group" className={classes.note} data-tone="quiet" aria-label="Stopped">
      <Ban size={17} aria-hidden />
      <Text size="sm">Stopped before there was an answer. What was done until then is kept.</Text>
    </div>
  )
}

/** Attempts before the last one, and why each was not the last: corrections stay in sight. */
export function AttemptNotes({
  attempts,
  onShow,
}: {
  attempts: readonly Attempt[]
  onShow: (attempt: Attempt) => void
}) {
  // Those of a model have a card of their own.
  const told = attempts.filter(
    (attempt) => attempt.origin === 'edited' || (attempt.origin === 'planner' && attempt.error_message),
  )
  if (told.length === 0) return null
  return (
    <ul className={classes.attempts} aria-label="Attempts">
      {told.map((attempt) => (
        <li key={attempt.id}>
          <Wrench size={14} aria-hidden />
          <span>
            Attempt {attempt.number}
            {attempt.origin === 'edited' ? ' (your edit)' : ''}: {stateWord(attempt.state).toLowerCase()}
            {attempt.error_message && (
              <>
                {' because '}
                <span className="mono">
                  {attempt.error_name}: {attempt.error_message}
                </span>
              </>
            )}{' '}
            <button type="button" className={classes.link} onClick={() => onShow(attempt)}>
              Show
            </button>
          </span>
        </li>
      ))}
    </ul>
  )
}
