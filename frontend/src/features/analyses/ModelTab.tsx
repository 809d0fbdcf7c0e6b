import { Stack, Text } from '@mantine/core'
import { CircleCheck, CircleDashed, TriangleAlert } from 'lucide-react'
import type { AnalysisResult, Explanation, Modeling } from '../../api/analysis'
import { Blank } from '../../components/Blank'
import { LinkButton } from '../../components/LinkButton'
import { Panel } from '../../components/Panel'
import { plural } from '../../format/number'
import { Leaderboard } from './Leaderboard'
import { Contributions, Importance } from './Importance'
import { Metrics } from './Metrics'
import classes from './Outcome.module.css'
import { finalBoard } from './ranks'
import { taskWord } from './words'

/** The model as a specialist looks at it. */
export function ModelTab({ result, jobId }: { result: AnalysisResult; jobId: string }) {
  const { modeling, explanation } = result
  if (!modeling) return <NoModel result={result} jobId={jobId} />
  return (
    <Stack gap="lg">
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {taskWord(modeling.task.task)}: {modeling.task.target}. {sentence(modeling.split.reason)}{' '}
        {plural(modeling.split.folds, 'fold')}, {plural(modeling.fits, 'fit')}.
      </Text>
      <Metrics modeling={modeling} />
      {explanation && explanation.importance.length > 0 && <Importance explanation={explanation} />}
      {explanation?.contributions && <Contributions contributions={explanation.contributions} />}
      {explanation && explanation.checks.length > 0 && <Checks explanation={explanation} />}
      <Leaderboard board={finalBoard(modeling)} />
      <Decisions modeling={modeling} />
    </Stack>
  )
}

const sentence = (text: string): string => {
  const first = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}

function NoModel({ result, jobId }: { result: AnalysisResult; jobId: string }) {
  const options = result.clarification.options.slice(0, 4)
  return (
    <Panel title="No model">
      <Blank
        icon={CircleDashed}
        title="No column was named to predict"
        action={
          options.length > 0 ? (
            options.map(({ column }) => (
              <LinkButton
                key={column}
                to="/build"
                search={{ from: jobId, target: column }}
                variant="default"
                size="xs"
              >
                Predict {column.length > 40 ? `${column.slice(0, 39)}…` : column}
              </LinkButton>
            ))
          ) : (
            <LinkButton to="/build" search={{ from: jobId }} variant="default">
              Choose one
            </LinkButton>
          )
        }
      >
        {result.clarification.reason}
      </Blank>
    </Panel>
  )
}

const CHECKS = {
  pass: { icon: CircleCheck, tone: 'good', word: 'Passed' },
  warn: { icon: TriangleAlert, tone: 'warn', word: 'Warning' },
  fail: { icon: TriangleAlert, tone: 'warn', word: 'Failed' },
  'not run': { icon: CircleDashed, tone: 'quiet', word: 'Not run' },
} as const

function Checks({ explanation }: { explanation: Explanation }) {
  return (
    <Panel title="Checks of the model">
      <ul className={classes.checks}>
        {explanation.checks.map((check) => {
          const { icon: Icon, tone, word } = CHECKS[check.verdict]
          return (
            <li key={check.name}>
              <Icon size={16} data-tone={tone} aria-label={word} />
              <span>
                <b>{check.name.charAt(0).toUpperCase() + check.name.slice(1)}.</b> {sentence(check.text)}
              </span>
            </li>
          )
        })}
      </ul>
    </Panel>
  )
}

function Decisions({ modeling }: { modeling: Modeling }) {
  return (
    <Panel title="Every decision, in its order">
      <ol className={classes.decisions}>
        {modeling.decisions.map((decision) => (
          <li key={`${decision.step} ${decision.text}`}>{decision.text}</li>
        ))}
      </ol>
    </Panel>
  )
}
