import { Group, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Database, FileText, MessageSquareText } from 'lucide-react'
import { sessionsQuery, versionsQuery } from '../../api/queries'
import type { DatasetView, VersionView } from '../../api/types'
import { Copy } from '../../components/Copy'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'
import { bytes, plural } from '../../format/number'
import { exactTime } from '../../format/time'
import { ReadDecisions } from './ReadDecisions'

/** Original → table versions → the conversations that use them. */
export function Provenance({ dataset }: { dataset: DatasetView }) {
  const versions = useQuery(versionsQuery(dataset.id))
  const sessions = useQuery(sessionsQuery())
  const using = sessions.data?.filter((session) => session.dataset_ids.includes(dataset.id)) ?? []
  if (versions.error)
    return (
      <ErrorState
        error={versions.error}
        title="The versions could not be loaded"
        onRetry={() => void versions.refetch()}
      />
    )
  return (
    <Stack gap="md">
      {versions.data ? (
        versions.data.map((version) => <Version key={version.id} dataset={dataset} version={version} />)
      ) : (
        <Skeleton h={200} role="status" aria-label="Loading the versions" />
      )}
      <Panel title="Conversations about this dataset" flush>
        {using.length === 0 ? (
          <Text size="sm" c="dimmed" p="md">
            None yet.
          </Text>
        ) : (
          <Table verticalSpacing={8} horizontalSpacing="md">
            <Table.Tbody>
              {using.map((session) => (
                <Table.Tr key={session.id}>
                  <Table.Td>
                    <Group gap={10} wrap="nowrap">
                      <MessageSquareText size={15} aria-hidden />
                      <Link to="/ask/$sessionId" params={{ sessionId: session.id }} className="quiet-link">
                        {session.title}
                      </Link>
                    </Group>
                  </Table.Td>
                  <Table.Td ta="right" c="dimmed" fz="xs">
                    {plural(session.turns, 'question')}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Panel>
    </Stack>
  )
}

function Version({ dataset, version }: { dataset: DatasetView; version: VersionView }) {
  return (
    <Panel title={`Version ${version.number}`} aside={<Text size="xs">{exactTime(version.created_at)}</Text>}>
      <Stack gap="md">
        <Group gap={10} wrap="nowrap" align="flex-start">
          <FileText size={18} aria-hidden style={{ flex: 'none', marginTop: 2 }} />
          <div>
            <Text size="sm" fw={500}>
              {version.original_name}{' '}
              <Text span c="dimmed" size="xs">
                original, untouched · {bytes(version.original_bytes)}
              </Text>
            </Text>
            <Group gap={4} c="dimmed">
              <Text size="xs" className="mono" style={{ overflowWrap: 'anywhere' }}>
                sha256 {version.original_sha256}
              </Text>
              <Copy value={version.original_sha256} label="Copy the sha256" />
            </Group>
          </div>
        </Group>
        {version.decisions.length > 0 && <ReadDecisions dataset={dataset} version={version} />}
        <Group gap={10} wrap="nowrap" align="flex-start">
          <Database size={18} aria-hidden style={{ flex: 'none', marginTop: 2 }} />
          <div>
            <Text size="sm" fw={500}>
              Table snapshot <span className="mono">{version.snapshot_id}</span>
            </Text>
            <Text size="xs" c="dimmed" className="num">
              {plural(version.rows, 'row')} · {bytes(version.size_bytes)}
              {version.created_by_run && (
                <>
                  {' · made by run '}
                  <span className="mono">{version.created_by_run}</span>
                </>
              )}
            </Text>
          </div>
        </Group>
      </Stack>
    </Panel>
  )
}
