import { Button, Group, SegmentedControl, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Activity, Square } from 'lucide-react'
import { useState } from 'react'
import { cancelRun } from '../../api/endpoints'
import { asApiError } from '../../api/errors'
import { runsQuery } from '../../api/queries'
import type { RunView } from '../../api/types'
import { Blank } from '../../components/Blank'
import { ErrorState } from '../../components/ErrorState'
import { LinkButton } from '../../components/LinkButton'
import { Status } from '../../components/Status'
import { Ago, Elapsed } from '../../components/Time'
import classes from './ActivityPage.module.css'
import { FILTERS, isActive, kindWord, shownRuns, type Filter } from './runs'
import { Subject } from './Subject'
import { Stages } from './Stages'

/** Every piece of work: what it is, how far, how long; stop it here. */
export function ActivityPage() {
  const runs = useQuery(runsQuery)
  const [filter, setFilter] = useState<Filter>('all')
  const shown = runs.data && shownRuns(runs.data, filter)
  return (
    <div className="page">
      <Group justify="space-between" mb="md">
        <Title order={1}>Activity</Title>
        <SegmentedControl
          aria-label="Which work"
          value={filter}
          onChange={(value) => setFilter(FILTERS.find((name) => name === value) ?? 'all')}
          data={[
            { value: 'all', label: 'All' },
            { value: 'active', label: 'Active' },
            { value: 'failed', label: 'Failed' },
          ]}
        />
      </Group>
      {runs.error ? (
        <ErrorState
          error={runs.error}
          title="The work could not be listed"
          onRetry={() => void runs.refetch()}
        />
      ) : !shown ? (
        <Stack gap={8} role="status" aria-label="Loading">
          {[1, 2, 3, 4].map((n) => (
            <Skeleton key={n} h={52} />
          ))}
        </Stack>
      ) : shown.length === 0 ? (
        <Blank
          icon={Activity}
          order={2}
          title={
            filter === 'all'
              ? 'Nothing has run yet'
              : filter === 'active'
                ? 'Nothing runs now'
                : 'Nothing failed'
          }
          action={filter === 'all' && <LinkButton to="/ask">Ask a question</LinkButton>}
        >
          Uploads, questions and edited code are listed here with their state and duration.
        </Blank>
      ) : (
        <div className={classes.box} role="region" tabIndex={0} aria-label="Work">
          <Table verticalSpacing={10} horizontalSpacing="md" className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                {['Work', 'State', 'Stages', 'Started', 'Took'].map((head) => (
                  <Table.Th key={head} scope="col">
                    {head}
                  </Table.Th>
                ))}
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((run) => (
                <Row key={run.id} run={run} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </div>
  )
}

function Row({ run }: { run: RunView }) {
  return (
    <Table.Tr>
      <Table.Td className={classes.title}>
        <Subject run={run} />
        <Text size="xs" c="dimmed">
          {kindWord(run.kind)}
        </Text>
        {run.failure && (
          <Text size="xs" className={classes.failure}>
            {run.failure.message} <span className="mono">{run.failure.code}</span>
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Status state={run.state} />
      </Table.Td>
      <Table.Td>
        <Stages run={run} />
      </Table.Td>
      <Table.Td c="dimmed">
        <Ago at={run.started_at ?? run.created_at} />
      </Table.Td>
      <Table.Td>{run.started_at ? <Elapsed from={run.started_at} to={run.ended_at} /> : '–'}</Table.Td>
      <Table.Td ta="right">{isActive(run) && <Cancel run={run} />}</Table.Td>
    </Table.Tr>
  )
}

function Cancel({ run }: { run: RunView }) {
  const client = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => cancelRun(run.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['runs'] }),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'It was not stopped', message: asApiError(error).message }),
  })
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Square size={12} fill="currentColor" aria-hidden />}
      loading={cancel.isPending}
      onClick={() => cancel.mutate()}
      aria-label={`Cancel ${run.title}`}
    >
      Cancel
    </Button>
  )
}
