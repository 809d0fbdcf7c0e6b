import { Code, Group, Text } from '@mantine/core'
import { Ban, CircleAlert, OctagonX } from 'lucide-react'
import type { AnalysisResult, JobView } from '../../api/analysis'
import { LinkButton } from '../../components/LinkButton'
import { Again } from './FirstScreen'
import classes from './Outcome.module.css'
import { advice } from './words'

/** The critique rejects the result: why, and what to change. */
export function Rejected({ job, result }: { job: JobView; result: AnalysisResult }) {
  const grave = result.critique.remarks.filter((remark) => remark.severity === 'fail')
  return (
    <div className={classes.rejected} role="alert">
      <OctagonX size={20} aria-hidden />
      <div>
        <h2>The critique rejects this result: it must not be used as it is</h2>
        <ul>
          {grave.map((remark) => (
            <li key={`${remark.code} ${remark.detail}`}>
              {remark.detail}
              <br />
              <b>What to change.</b> {advice(remark)}
            </li>
          ))}
        </ul>
        <Group mt="sm">
          <Again job={job} result={result} />
        </Group>
      </div>
    </div>
  )
}

/** It broke off: what happened, what is still there, what to change. */
export function Failed({ job }: { job: JobView }) {
  const { failure } = job
  return (
    <div className={classes.rejected} role="alert">
      <CircleAlert size={20} aria-hidden />
      <div>
        <h2>The analysis ended without a result</h2>
        <Text size="sm" mt={4}>
          {failure?.message ?? 'It did not say why.'}
        </Text>
        <Text size="sm" c="dimmed">
          {job.findings
            ? 'Your data is unharmed, and what was found until then stays below.'
            : 'Your data is unharmed.'}
        </Text>
        <Group gap="xs" mt={8}>
          <LinkButton to="/build" search={{ from: job.id }} size="xs" variant="default">
            Change and run again
          </LinkButton>
          {failure && <Code>{failure.code}</Code>}
        </Group>
      </div>
    </div>
  )
}

export function Cancelled({ job }: { job: JobView }) {
  return (
    <div className={classes.note} role="status">
      <Ban size={18} aria-hidden />
      <div>
        <Text size="sm" fw={600}>
          Cancelled
        </Text>
        <Text size="sm" c="dimmed">
          {job.findings
            ? 'What had been found until then stays below; no report was written.'
            : 'Nothing had been found until then.'}
        </Text>
        <Group mt={8}>
          <LinkButton to="/build" search={{ from: job.id }} size="xs" variant="default">
            Run again
          </LinkButton>
        </Group>
      </div>
    </div>
  )
}
