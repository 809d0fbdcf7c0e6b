import { Text } from '@mantine/core'
import { RotateCcw } from 'lucide-react'
import type { MadeRepair, Repairs } from '../../api/analysis'
import { LinkButton } from '../../components/LinkButton'
import { Panel } from '../../components/Panel'
import { number, plural } from '../../format/number'
import classes from './Repairs.module.css'

interface Props {
  jobId: string
  repairs: Repairs
}

/** What was changed before models saw the table, cell by cell in examples, and how to have each of them back. */
export function RepairsPanel({ jobId, repairs }: Props) {
  const { made, left_out: leftOut } = repairs
  return (
    <Panel flush title={made.length > 0 ? plural(made.length, 'repair') : 'No repair was needed'}>
      <Text size="sm" c="dimmed" px="md" pt="sm">
        {extent(repairs)} The table itself stays as it was given.
      </Text>
      <ul className={classes.list} aria-label="Repairs">
        {made.map((repair) => (
          <Row key={repair.id} jobId={jobId} repair={repair} />
        ))}
      </ul>
      {leftOut.length > 0 && (
        <Text size="sm" c="dimmed" px="md" pb="sm">
          Left out, as asked: {leftOut.join(', ')}.
        </Text>
      )}
    </Panel>
  )
}

function extent({ rows_before, rows_after, columns_before, columns_after }: Repairs): string {
  const rows =
    rows_before === rows_after
      ? `all ${plural(rows_after, 'row')}`
      : `${number(rows_after)} of ${plural(rows_before, 'row')}`
  const columns =
    columns_before === columns_after
      ? `all ${plural(columns_after, 'column')}`
      : `${number(columns_after)} of ${plural(columns_before, 'column')}`
  return `Models learned from ${rows} and ${columns}.`
}

function Row({ jobId, repair }: { jobId: string; repair: MadeRepair }) {
  return (
    <li className={classes.repair}>
      <div className={classes.words}>
        <p className={classes.what}>{repair.what}</p>
        <p className={classes.reason}>{repair.reason}</p>
        {repair.examples.length > 0 && (
          <ul className={classes.examples} aria-label={`Examples of ${repair.id}`}>
            {repair.examples.map(({ before, after }) => (
              <li key={before}>
                <code>{before}</code> → {after === null ? <i>missing</i> : <code>{after}</code>}
              </li>
            ))}
          </ul>
        )}
      </div>
      <LinkButton
        to="/build"
        search={{ from: jobId, undo: [repair.id] }}
        variant="default"
        size="xs"
        aria-label={`Run again without ${repair.id}`}
        leftSection={<RotateCcw size={13} aria-hidden />}
      >
        Run again without it
      </LinkButton>
    </li>
  )
}
