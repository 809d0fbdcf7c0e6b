import { Table, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { JobSummary } from '../../api/analysis'
import { Status } from '../../components/Status'
import { Ago, Elapsed } from '../../components/Time'
import { duration } from '../../format/number'
import classes from './JobList.module.css'
import { Verdict } from './Verdict'

const HEADS = [
  ['Analysis', ''],
  ['State', ''],
  ['Verdict', 'wide'],
  ['Target', 'wide'],
  ['Started', 'wide'],
  ['Took', 'wide'],
] as const

/** Every analysis, newest first. */
export function JobList({ jobs }: { jobs: readonly JobSummary[] }) {
  return (
    <div className={classes.box} role="region" tabIndex={0} aria-label="Analyses">
      <Table verticalSpacing={10} horizontalSpacing="md" className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            {HEADS.map(([head, wide]) => (
              <Table.Th key={head} scope="col" className={wide ? classes.wide : undefined}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {jobs.map((job) => (
            <Row key={job.id} job={job} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

/** A result that the critique rejects did not fail: it was made, and found wanting. */
export const stateOf = (job: Pick<JobSummary, 'state' | 'verdict'>) =>
  job.state === 'failed' && job.verdict === 'fail' ? ('rejected' as const) : job.state

function Row({ job }: { job: JobSummary }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} className={classes.name}>
        <Link to="/build/$jobId" params={{ jobId: job.id }} className={classes.link}>
          {job.title}
        </Link>
        <Text size="xs" c="dimmed">
          {job.dataset_name}
        </Text>
      </Table.Th>
      <Table.Td>
        <Status state={job.state} />
        {job.verdict && (
          <span className={classes.verdict}>
            <Verdict verdict={job.verdict} />
          </span>
        )}
      </Table.Td>
      <Table.Td className={classes.wide}>{job.verdict ? <Verdict verdict={job.verdict} /> : '–'}</Table.Td>
      <Table.Td className={classes.wide}>
        <span className={classes.target} title={job.target ?? undefined}>
          {job.target ?? '–'}
        </span>
      </Table.Td>
      <Table.Td c="dimmed" className={classes.wide}>
        <Ago at={job.created_at} />
      </Table.Td>
      <Table.Td className={classes.wide}>
        {job.ended_at && job.seconds !== null ? (
          duration(job.seconds)
        ) : (
          <Elapsed from={job.created_at} to={job.ended_at} />
        )}
      </Table.Td>
    </Table.Tr>
  )
}
