import { Skeleton, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { asApiError } from '../../api/errors'
import { hasPreview, previewQuery, runsQuery } from '../../api/queries'
import type { DatasetView } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'
import { cellText } from '../../components/table/columns'
import { isNumericKind, KINDS } from './kinds'

/** The first rows, as they were read. */
export function PreviewTable({ dataset }: { dataset: DatasetView }) {
  const ready = dataset.state === 'ready'
  const runs = useQuery({ ...runsQuery, enabled: !ready })
  const shown = ready || hasPreview(runs.data, dataset.run_id)
  const preview = useQuery({ ...previewQuery(dataset.id), enabled: shown, retry: false })
  if (preview.error && asApiError(preview.error).status !== 409)
    return (
      <ErrorState
        error={preview.error}
        title="The preview could not be loaded"
        onRetry={() => void preview.refetch()}
      />
    )
  if (!preview.data) return <Skeleton h={240} role="status" aria-label="Reading the first rows" />
  const { columns, rows } = preview.data
  return (
    <Panel title={`The first ${rows.length} rows`} flush>
      <Table.ScrollContainer
        minWidth={columns.length * 120}
        scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      >
        <Table verticalSpacing={7} horizontalSpacing="sm" fz="0.8125rem">
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column.name} scope="col" ta={isNumericKind(column.kind) ? 'right' : 'left'}>
                  {column.name}
                  <Text size="xs" c="dimmed" fw={400}>
                    {KINDS[column.kind].word}
                  </Text>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="num">
            {rows.map((row, i) => (
              <Table.Tr key={i}>
                {columns.map((column, j) => {
                  const cell = row[j] ?? null
                  return (
                    <Table.Td
                      key={column.name}
                      ta={isNumericKind(column.kind) ? 'right' : 'left'}
                      maw={320}
                      style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
                      {...(cell === null && { c: 'dimmed', fs: 'italic' })}
                    >
                      {cell === null ? 'empty' : cellText(cell)}
                    </Table.Td>
                  )
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  )
}
