import { Button, Group, List, Table, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Sparkles } from 'lucide-react'
import { describeDataset } from '../../api/endpoints'
import { descriptionQuery, modelQuery } from '../../api/queries'
import type { Description } from '../../api/types'
import { Panel } from '../../components/Panel'
import { Suggestions } from '../ask/Outcomes'

/** What a model makes of the dataset, asked for by a click; measured facts stand in the other panels. */
export function ModelDescription({ datasetId }: { datasetId: string }) {
  const model = useQuery(modelQuery)
  const description = useQuery(descriptionQuery(datasetId))
  const client = useQueryClient()
  const describe = useMutation({
    mutationFn: () => describeDataset(datasetId),
    onSuccess: (said) => {
      client.setQueryData(descriptionQuery(datasetId).queryKey, said)
    },
  })
  if (!model.data?.configured && !description.data) return null
  return (
    <Panel
      flush
      title="In a model’s words"
      aside={
        model.data?.configured && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<Sparkles size={14} aria-hidden />}
            loading={describe.isPending}
            onClick={() => {
              describe.mutate()
            }}
          >
            {description.data ? 'Describe again' : 'Describe'}
          </Button>
        )
      }
    >
      {describe.error && (
        <Text size="sm" c="red" p="md" role="alert">
          {describe.error.message}
        </Text>
      )}
      {description.data ? (
        <Words said={description.data} />
      ) : (
        <Text size="sm" c="dimmed" p="md">
          The cheap model ({model.data?.cheap}) says what the columns mean, what may be wrong with them and
          what to ask. Personal values are hidden from it.
        </Text>
      )}
    </Panel>
  )
}

function Words({ said }: { said: Description }) {
  const navigate = useNavigate()
  return (
    <>
      <Text size="xs" c="dimmed" px="md" pt="sm">
        Said by {said.model}, measured by nobody.
      </Text>
      <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table verticalSpacing={6} horizontalSpacing="md" aria-label="Columns in a model’s words">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Column</Table.Th>
              <Table.Th>Meaning</Table.Th>
              <Table.Th>Unit</Table.Th>
              <Table.Th>May be wrong</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {said.columns.map((column) => (
              <Table.Tr key={column.name}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{column.name}</Table.Td>
                <Table.Td>{column.meaning}</Table.Td>
                <Table.Td>{column.unit}</Table.Td>
                <Table.Td>{column.issues.join(' ')}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {said.issues.length > 0 && (
        <List size="sm" pl={36} pr="md" pb="sm">
          {said.issues.map((issue) => (
            <List.Item key={issue}>{issue}</List.Item>
          ))}
        </List>
      )}
      {said.questions.length > 0 && (
        <Group px="md" pb="md">
          <Suggestions
            questions={said.questions}
            label="Questions that the model suggests"
            disabled={false}
            onAsk={(question) =>
              void navigate({ to: '/ask', search: { dataset: said.dataset_id, question } })
            }
          />
        </Group>
      )}
    </>
  )
}
