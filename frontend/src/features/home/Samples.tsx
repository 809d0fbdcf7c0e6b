import { Button, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Sparkles } from 'lucide-react'
import { loadSample } from '../../api/endpoints'
import { samplesQuery } from '../../api/queries'
import type { SourceNote } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'
import { Suggestions } from '../ask/Outcomes'
import { useApprovalMode } from '../ask/useApprovalMode'
import { useAsk } from '../ask/useAsk'

const SHOWN = 3

/** Data that comes with the product, with its source and licence: to load, then to ask about. */
export function Samples() {
  const samples = useQuery(samplesQuery)
  if (!samples.data?.length) return null
  const loaded = samples.data.every((sample) => sample.dataset_id)
  return (
    <Panel title={loaded ? 'Ask the sample' : 'Try the sample'}>
      <Stack gap="lg">
        {samples.data.map((sample) => (
          <Stack key={sample.name} gap={10} align="flex-start">
            <div>
              <Text size="sm" fw={600}>
                {sample.title}
              </Text>
              <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {sample.source} · {sample.licence}
              </Text>
            </div>
            {sample.dataset_id ? (
              <Ask sample={sample} datasetId={sample.dataset_id} />
            ) : (
              <Load sample={sample} />
            )}
          </Stack>
        ))}
      </Stack>
    </Panel>
  )
}

function Ask({ sample, datasetId }: { sample: SourceNote; datasetId: string }) {
  const asking = useAsk()
  const { mode } = useApprovalMode()
  return (
    <>
      {asking.error && <ErrorState error={asking.error} title="The question was not sent" />}
      <Suggestions
        questions={sample.questions.slice(0, SHOWN)}
        label={`Questions about ${sample.title}`}
        disabled={asking.isPending}
        onAsk={(question) => asking.mutate({ question, approval: mode, dataset_ids: [datasetId] })}
      />
    </>
  )
}

function Load({ sample }: { sample: SourceNote }) {
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
    <>
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
    </>
  )
}
