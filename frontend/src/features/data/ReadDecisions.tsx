import { Badge, Button, Group, Menu, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { readAgain } from '../../api/endpoints'
import type { DatasetView, ReadDecision, ReadOptions, VersionView } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'

const COUNTS = ['skip_rows', 'header_rows', 'footer_rows']

/** The options of a version with one decision changed; everything else that was said before stays said. */
export function overruled(options: ReadOptions, decision: ReadDecision, value: string): ReadOptions {
  const { option, column } = decision
  if (!option) return options
  if (option === 'types') return { ...options, types: { ...options.types, [column ?? '']: value } }
  return { ...options, [option]: COUNTS.includes(option) ? Number(value) : value }
}

const choice = (what: string, option: ReadDecision['option'], others: readonly [string, string][]) => ({
  what,
  value: 'decided by the reader',
  note: '',
  option,
  column: null,
  chosen: '',
  confidence: 'certain' as const,
  alternatives: others.map(([value, label]) => ({ value, label })),
})
/** What a person can say about a file of which the reader could make nothing. */
const CHOICES: readonly ReadDecision[] = [
  choice('encoding', 'encoding', [
    ['utf-8', 'UTF-8'],
    ['cp1252', 'Western (Windows-1252)'],
    ['utf-16', 'UTF-16'],
    ['cp1250', 'Central European (Windows-1250)'],
    ['cp1251', 'Cyrillic (Windows-1251)'],
    ['cp932', 'Japanese (Shift JIS)'],
    ['gb18030', 'Chinese (GB 18030)'],
  ]),
  choice('delimiter', 'delimiter', [
    [',', 'comma'],
    [';', 'semicolon'],
    ['\t', 'tab'],
    ['|', 'pipe'],
    ['none', 'none: a single column'],
  ]),
  choice('quotes', 'quote', [
    ['"', 'double quotes'],
    ["'", 'single quotes'],
    ['', 'none: quotes are text'],
  ]),
  choice('header', 'header_rows', [
    ['0', 'none: the first row is data'],
    ['1', 'first row'],
    ['2', 'first two rows'],
  ]),
]

function useReadAgain(dataset: DatasetView) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (options: ReadOptions) => readAgain(dataset.id, options),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['datasets'] }),
        client.invalidateQueries({ queryKey: ['dataset', dataset.id] }),
      ])
    },
  })
}

/** For a file that could not be read at all: the stored original is read again as the person says. */
export function ReadChoices({ dataset }: { dataset: DatasetView }) {
  const [options, setOptions] = useState<ReadOptions>({ types: {} })
  const again = useReadAgain(dataset)
  return (
    <Panel title="Read it in another way">
      <Group gap={6} role="group" aria-label="How to read it">
        {CHOICES.map((decision) => {
          const said = options[decision.option ?? 'types']
          const chosen = decision.alternatives.find((other) => other.value === String(said ?? '\u0000'))
          return (
            <Decision
              key={decision.what}
              decision={chosen ? { ...decision, value: chosen.label } : decision}
              disabled={again.isPending}
              changeable
              onChange={(value) => setOptions(overruled(options, decision, value))}
            />
          )
        })}
        <Button size="compact-sm" loading={again.isPending} onClick={() => again.mutate(options)}>
          Read again
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt={6}>
        The original is kept: nothing has to be uploaded again.
      </Text>
      {again.error && <ErrorState error={again.error} title="It can’t be read so" />}
    </Panel>
  )
}

/** What the reader decided about the file; on the current version, each with the alternatives a click away. */
export function ReadDecisions({ dataset, version }: { dataset: DatasetView; version: VersionView }) {
  const again = useReadAgain(dataset)
  const current = dataset.version?.id === version.id
  const busy = again.isPending || dataset.state === 'profiling'
  return (
    <div>
      <Text size="xs" c="dimmed" mb={6}>
        How it was read
      </Text>
      <Group gap={6} role="group" aria-label={`How version ${version.number} was read`}>
        {version.decisions.map((decision) => (
          <Decision
            key={decision.what}
            decision={decision}
            disabled={busy}
            changeable={current && decision.alternatives.length > 0}
            onChange={(value) => again.mutate(overruled(version.options, decision, value))}
          />
        ))}
      </Group>
      {current && (
        <Text size="xs" c="dimmed" mt={6} role="status">
          {busy
            ? 'The original is being read again…'
            : 'Another choice reads the original again, as a new version; this one stays.'}
        </Text>
      )}
      {again.error && <ErrorState error={again.error} title="It can’t be read so" />}
      {current && dataset.state === 'ready' && dataset.failure && (
        <ErrorState error={new Error(dataset.failure)} title="It could not be read again as you chose" />
      )}
    </div>
  )
}

function Decision(props: {
  decision: ReadDecision
  changeable: boolean
  disabled: boolean
  onChange: (value: string) => void
}) {
  const { decision } = props
  const doubtful = decision.confidence !== 'certain'
  const title = decision.note ? { title: decision.note } : {}
  const words = (
    <span>
      {decision.what}: <span className="mono">{decision.value}</span>
      {doubtful && ` (${decision.confidence})`}
    </span>
  )
  if (!props.changeable)
    return (
      <Badge color={doubtful ? 'yellow' : 'gray'} size="lg" tt="none" {...title}>
        {words}
      </Badge>
    )
  return (
    <Menu withinPortal position="bottom-start">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="default"
          disabled={props.disabled}
          rightSection={<ChevronDown size={14} aria-hidden />}
          {...title}
        >
          {words}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {decision.alternatives.map((other) => (
          <Menu.Item key={other.value} onClick={() => props.onChange(other.value)}>
            {other.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
