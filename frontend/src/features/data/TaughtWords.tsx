import { ActionIcon, Button, Group, Table, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { forgetWord, teachWord } from '../../api/endpoints'
import { wordsQuery } from '../../api/queries'
import { Panel } from '../../components/Panel'

/** What questions about this dataset may call its columns; said in conversations or here. */
export function TaughtWords({ datasetId }: { datasetId: string }) {
  const words = useQuery(wordsQuery(datasetId))
  const client = useQueryClient()
  const stale = () => client.invalidateQueries({ queryKey: wordsQuery(datasetId).queryKey })
  const forget = useMutation({
    mutationFn: (wordId: string) => forgetWord(datasetId, wordId),
    onSettled: stale,
  })
  if (!words.data) return null
  return (
    <Panel
      flush
      title="Words you taught"
      aside={
        <Text size="xs" c="dimmed" visibleFrom="sm">
          Or say it while asking: “no, I meant …”
        </Text>
      }
    >
      {words.data.length > 0 && (
        <Table verticalSpacing={6} horizontalSpacing="md" aria-label="Taught words">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Word</Table.Th>
              <Table.Th>Is read as</Table.Th>
              <Table.Th w={56} aria-label="Remove" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {words.data.map((word) => (
              <Table.Tr key={word.id}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{word.phrase}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {word.meaning}
                  {!word.usable && (
                    <Text size="xs" c="dimmed">
                      Not used: the current version has no such column
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Remove the word ${word.phrase}`}
                    disabled={forget.isPending}
                    onClick={() => forget.mutate(word.id)}
                  >
                    <Trash2 size={15} aria-hidden />
                  </ActionIcon>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Teach datasetId={datasetId} onTaught={stale} />
    </Panel>
  )
}

function Teach({ datasetId, onTaught }: { datasetId: string; onTaught: () => Promise<void> }) {
  const [phrase, setPhrase] = useState('')
  const [meaning, setMeaning] = useState('')
  const teach = useMutation({
    mutationFn: () => teachWord(datasetId, phrase, meaning),
    onSuccess: async () => {
      setPhrase('')
      setMeaning('')
      await onTaught()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    teach.mutate()
  }
  return (
    <form onSubmit={submit} aria-label="Teach a word">
      <Group gap="xs" p="md" align="flex-start">
        <TextInput
          size="xs"
          label="Word"
          placeholder="revenue"
          maxLength={60}
          value={phrase}
          onChange={(event) => setPhrase(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label="Column or calculation"
          placeholder="net_sales minus cost"
          maxLength={500}
          value={meaning}
          error={teach.error?.message}
          style={{ flex: '1 1 200px' }}
          onChange={(event) => setMeaning(event.currentTarget.value)}
        />
        <Button
          size="xs"
          mt={20}
          type="submit"
          variant="default"
          loading={teach.isPending}
          disabled={!phrase.trim() || !meaning.trim()}
        >
          Teach
        </Button>
      </Group>
    </form>
  )
}
