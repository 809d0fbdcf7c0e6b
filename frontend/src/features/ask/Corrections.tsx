import { Text } from '@mantine/core'
import { CircleCheck, CircleX, LoaderCircle, PenLine } from 'lucide-react'
import type { Attempt } from '../../api/types'
import { stateWord } from '../../components/Status'
import { plural } from '../../format/number'
import classes from './Corrections.module.css'
import { changedLines } from './diff'

interface Props {
  attempts: readonly Attempt[]
  onShow: (attempt: Attempt) => void
}

/** Each attempt of a model's code: what was wrong with it, why the next one differs, and in which lines. */
export function Corrections({ attempts, onShow }: Props) {
  const own = attempts.filter((attempt) => attempt.origin === 'model')
  if (own.length < 2 && own.every((attempt) => !attempt.error_class)) return null
  return (
    <section className={classes.card} aria-label="Corrections">
      <Text size="sm" fw={600}>
        {headline(own)}
      </Text>
      <ol className={classes.attempts}>
        {own.map((attempt) => (
          <Tried key={attempt.id} attempt={attempt} onShow={onShow} />
        ))}
      </ol>
    </section>
  )
}

function headline(attempts: readonly Attempt[]): string {
  const last = attempts.at(-1)
  const corrections = plural(attempts.length - 1, 'correction')
  if (last?.state === 'running' || last?.state === 'pending')
    return `The code is being corrected: ${corrections} so far`
  return last?.error_class ? `Given up after ${corrections}` : `Answered after ${corrections}`
}

function Tried({ attempt, onShow }: { attempt: Attempt; onShow: (attempt: Attempt) => void }) {
  const under = attempt.state === 'running' || attempt.state === 'pending'
  const Icon = under ? LoaderCircle : attempt.error_class ? CircleX : CircleCheck
  const lines = attempt.diff ? changedLines(attempt.diff) : []
  return (
    <li>
      <div className={classes.head}>
        <Icon size={15} aria-hidden data-tone={under ? undefined : attempt.error_class ? 'bad' : 'good'} />
        <span className={classes.name}>Attempt {attempt.number}</span>
        {attempt.error_class ? (
          <span className={classes.tag}>{attempt.error_class}</span>
        ) : (
          <span className={classes.state}>{stateWord(attempt.state).toLowerCase()}</span>
        )}
        <button type="button" className={classes.link} onClick={() => onShow(attempt)}>
          {`Show the code of attempt ${attempt.number}`}
        </button>
      </div>
      {attempt.why && (
        <p className={classes.why}>
          <PenLine size={13} aria-hidden />
          {attempt.why}
        </p>
      )}
      {lines.length > 0 && (
        <pre className={classes.diff} aria-label={`What attempt ${attempt.number} changed`}>
          {lines.map((line, place) => (
            <span key={place} data-sign={line.sign}>
              <span className={classes.sign}>{SIGNS[line.sign]}</span>
              {`${line.text}\n`}
            </span>
          ))}
        </pre>
      )}
      {attempt.error_message && (
        <p className={classes.error}>
          {attempt.error_name && `${attempt.error_name}: `}
          {attempt.error_message}
        </p>
      )}
    </li>
  )
}

const SIGNS = { added: '+', removed: '−', kept: ' ', gap: '⋯' } as const
