import { Badge, Drawer, Group, Stack, Text, Title } from '@mantine/core'
import { UserRound } from 'lucide-react'
import type { ColumnStatistics } from '../../api/types'
import { number, percent } from '../../format/number'
import { sections } from './columnFacts'
import classes from './ColumnDrawer.module.css'
import { Histogram, TopValues } from './Distribution'
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

function Details({ column, rows }: { column: ColumnStatistics; rows: number }) {
  const { word, icon: Icon } = KINDS[column.kind]
  return (
    <Stack gap="lg">
      <Group gap={8} c="dimmed">
        <Icon size={16} aria-hidden />
        <Text size="sm">
          {word} · <span className="mono">{column.dtype}</span>
        </Text>
      </Group>
      <Marks column={column} />
      {column.histogram.length > 0 && <Histogram column={column} />}
      {sections(column, rows).map((section) => (
        <Facts key={section.title} title={section.title} facts={section.facts} />
      ))}
      {(column.text?.patterns ?? []).length > 0 && <Patterns column={column} />}
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

/** What the values are beyond their type, and whether they are personal. */
function Marks({ column }: { column: ColumnStatistics }) {
  if (!column.meaning && column.pii.length === 0) return null
  return (
    <Group gap={6}>
      {column.meaning && <Badge variant="light">{column.meaning.title}</Badge>}
      {column.pii.map((mark) => (
        <Badge
          key={mark.name}
          variant="light"
          color="orange"
          leftSection={<UserRound size={11} aria-hidden />}
        >
          Personal: {mark.title} {mark.by_name ? '(by its name)' : `(${percent(mark.found_in)})`}
        </Badge>
      ))}
    </Group>
  )
}

function Patterns({ column }: { column: ColumnStatistics }) {
  return (
    <section>
      <Title order={3} size="h4" mb={8}>
        Patterns
      </Title>
      <dl className={classes.facts}>
        {column.text?.patterns.map((pattern) => (
          <div key={pattern.shape}>
            <dt className="mono">{pattern.shape === '' ? '“”' : pattern.shape}</dt>
            <dd>
              {number(pattern.count)} ({percent(pattern.share)})
            </dd>
          </div>
        ))}
      </dl>
      <Text size="xs" c="dimmed" mt={8}>
        9 is a digit, A and a are letters, + is one or more of them.
      </Text>
    </section>
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
