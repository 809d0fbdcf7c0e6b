import { Button, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Sparkles } from 'lucide-react'
import { loadSample } from '../../api/endpoints'
import { samplesQuery } from '../../api/queries'
import type { SourceNote } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'

/** Data that comes with the product, with its source and licence. */
export function Samples() {
  const samples = useQuery(samplesQuery)
  if (!samples.data?.length) return null
  return (
    <Panel title="Try the sample">
      <Stack gap="lg">
        {samples.data.map((sample) => (
          <Sample key={sample.name} sample={sample} />
        ))}
      </Stack>
    </Panel>
  )
}

function Sample({ sample }: { sample: SourceNote }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const load = useMutation({
    mutationFn: () => loadSample(sample.name),
    onSuccess: async (dataset) => {
      await client.invalidateQueries({ queryKey: ['datasets'] })
      await navigate({ to: '/data/$datasetId', params: { datasetId: dataset.id } })
    },
  })
  return (
    <Stack gap={8} align="flex-start">
      <div>
        <Text size="sm" fw={600}>
          {sample.title}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {sample.source} · {sample.licence}
        </Text>
      </div>
      {sample.questions[0] && (
        <Text size="sm" c="dimmed">
          For example: “{sample.questions[0]}”
        </Text>
      )}
      {load.error && <ErrorState error={load.error} title="The sample could not be loaded" />}
      <Button
        variant="light"
        size="xs"
        leftSection={<Sparkles size={15} aria-hidden />}
        loading={load.isPending}
        onClick={() => load.mutate()}
      >
        Load it
      </Button>
    </Stack>
  )
}
