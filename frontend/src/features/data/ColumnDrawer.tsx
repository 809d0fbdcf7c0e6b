import { Drawer, Group, Stack, Text, Title } from '@mantine/core'
import type { ColumnStatistics } from '../../api/types'
import { number, percent } from '../../format/number'
import classes from './ColumnDrawer.module.css'
import { Histogram, TopValues } from './Distribution'
import { figure } from './figures'
import { KINDS } from './kinds'

interface Props {
  column: ColumnStatistics | undefined
  rows: number
  onClose: () => void
}

/** Everything that is known about one column. */
export function ColumnDrawer({ column, rows, onClose }: Props) {
  return (
    <Drawer
      opened={column !== undefined}
      onClose={onClose}
      position="right"
      size={440}
      title={column && <Text fw={600}>{column.name}</Text>}
    >
      {column && <Details column={column} rows={rows} />}
    </Drawer>
  )
}

function facts(column: ColumnStatistics, rows: number): [string, string][] {
  const all: [string, string | null][] = [
    ['Rows', number(rows)],
    ['Empty', `${number(column.nulls)} (${percent(column.null_share)})`],
    ['Distinct', `${column.distinct_is_exact ? '' : '≈ '}${number(column.distinct)}`],
    ['Mean', typeof column.mean === 'number' ? number(column.mean) : null],
    ['Standard deviation', typeof column.deviation === 'number' ? number(column.deviation) : null],
    ['Shortest text', typeof column.min_length === 'number' ? number(column.min_length) : null],
    ['Longest text', typeof column.max_length === 'number' ? number(column.max_length) : null],
  ]
  return all.filter((fact): fact is [string, string] => fact[1] !== null)
}

function quantiles(column: ColumnStatistics): [string, string][] {
  const q = column.quantiles
  if (!q) return []
  return [
    ['Minimum', figure(column.minimum)],
    ['5 %', figure(q.p05)],
    ['25 %', figure(q.p25)],
    ['Median', figure(q.p50)],
    ['75 %', figure(q.p75)],
    ['95 %', figure(q.p95)],
    ['Maximum', figure(column.maximum)],
  ]
}

function Details({ column, rows }: { column: ColumnStatistics; rows: number }) {
  const { word, icon: Icon } = KINDS[column.kind]
  const spread = quantiles(column)
  return (
    <Stack gap="lg">
      <Group gap={8} c="dimmed">
        <Icon size={16} aria-hidden />
        <Text size="sm">
          {word} · <span className="mono">{column.dtype}</span>
        </Text>
      </Group>
      {column.histogram.length > 0 && <Histogram column={column} />}
      <Facts title="In numbers" facts={facts(column, rows)} />
      {spread.length > 0 && <Facts title="Quantiles" facts={spread} />}
      {column.top_values.length > 0 && (
        <section>
          <Title order={3} size="h4" mb={8}>
            Most frequent values
          </Title>
          <TopValues column={column} />
          {column.distinct > 20 && column.top_values.length >= 20 && (
            <Text size="xs" c="dimmed" mt={8} className="num">
              20 of {number(column.distinct)} distinct values
            </Text>
          )}
        </section>
      )}
    </Stack>
  )
}

function Facts({ title, facts: all }: { title: string; facts: readonly (readonly [string, string])[] }) {
  return (
    <section>
      <Title order={3} size="h4" mb={8}>
        {title}
      </Title>
      <dl className={classes.facts}>
        {all.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
