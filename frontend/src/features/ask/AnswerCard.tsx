import { Collapse, Group, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { ChevronDown, CircleCheck, TriangleAlert } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import type { Answer, Check } from '../../api/types'
import { plural } from '../../format/number'
import classes from './AnswerCard.module.css'
import { TrustSign } from './TrustSign'

/** The sentence, what it rests on, its figures and what was verified. */
export function AnswerCard({ answer, actions }: { answer: Answer; actions?: ReactNode }) {
  return (
    <div role="group" aria-label="Answer" className={classes.answer}>
      <p className={classes.sentence}>{answer.sentence}</p>
      {(answer.notice || answer.stated_by === 'model') && (
        <Text size="xs" c="dimmed">
          {answer.notice || 'Put into words by the model; every number in it was found in the result.'}
        </Text>
      )}
      {answer.base && (
        <Text size="xs" c="dimmed" className="num">
          {answer.base}
        </Text>
      )}
      {answer.numbers.length > 0 && (
        <dl className={classes.numbers} data-many={answer.numbers.length > 4 || undefined}>
          {answer.numbers.map((figure) => (
            <div key={figure.label}>
              <dt>{figure.label}</dt>
              <dd title={figure.value === null ? undefined : String(figure.value)}>{figure.text}</dd>
            </div>
          ))}
        </dl>
      )}
      {answer.second && <TrustSign opinion={answer.second} />}
      <Checks checks={answer.checks} actions={actions} />
    </div>
  )
}

function Checks({ checks, actions }: { checks: readonly Check[]; actions: ReactNode }) {
  const id = useId()
  const failed = checks.filter((check) => !check.passed).length
  const [opened, { toggle }] = useDisclosure(failed > 0)
  const Icon = failed > 0 ? TriangleAlert : CircleCheck
  return (
    <div>
      <Group gap="xs" wrap="nowrap">
        {checks.length > 0 && (
          <UnstyledButton
            className={classes.checksHead}
            aria-expanded={opened}
            aria-controls={id}
            onClick={toggle}
            data-failed={failed > 0 || undefined}
          >
            <Icon size={15} aria-hidden />
            {failed > 0
              ? `${plural(failed, 'check')} of ${checks.length} failed`
              : `${plural(checks.length, 'check')} passed`}
            <ChevronDown size={14} aria-hidden data-open={opened || undefined} />
          </UnstyledButton>
        )}
        {actions}
      </Group>
      <Collapse expanded={opened} id={id}>
        <ul className={classes.checks}>
          {checks.map((check) => (
            <li key={check.name} data-failed={!check.passed || undefined}>
              {check.passed ? <CircleCheck size={14} aria-hidden /> : <TriangleAlert size={14} aria-hidden />}
              <span>
                <strong>{check.name}</strong> {check.passed ? 'passed' : 'failed'}
                <Text span inherit c="dimmed">
                  {check.detail && ` · ${check.detail}`}
                </Text>
              </span>
            </li>
          ))}
        </ul>
      </Collapse>
    </div>
  )
}
