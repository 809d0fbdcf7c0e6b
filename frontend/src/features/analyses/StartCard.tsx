import { Button, Select, Stack, Switch, Text, SegmentedControl } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { useId, useState } from 'react'
import { analyze } from '../../api/endpoints'
import { statisticsQuery } from '../../api/queries'
import type { DatasetView } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { duration } from '../../format/number'
import { Panel } from '../../components/Panel'
import { Advanced } from './Advanced'
import { ProseSwitch } from './ProseSwitch'
import classes from './Build.module.css'
import { LikelyTargets } from './LikelyTargets'
import { BUDGETS, expected, problem, requestOf, withDataset, type Draft } from './request'

interface Props {
  datasets: readonly DatasetView[]
  initial: Draft
}

/** What to analyse, and for how long; everything else may stay as it is. */
export function StartCard({ datasets, initial }: Props) {
  const [draft, setDraft] = useState(initial)
  const set = (change: Partial<Draft>) => setDraft((old) => ({ ...old, ...change }))
  const columns = useColumns(draft.datasetId)
  const budgetLabel = useId()
  const client = useQueryClient()
  const navigate = useNavigate()
  const start = useMutation({
    mutationFn: () => analyze(requestOf(draft)),
    onSuccess: async (job) => {
      void client.invalidateQueries({ queryKey: ['jobs'] })
      void client.invalidateQueries({ queryKey: ['runs'] })
      await navigate({ to: '/build/$jobId', params: { jobId: job.id } })
    },
  })
  const wrong = problem(draft)

  return (
    <Panel title="New analysis">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!wrong) start.mutate()
        }}
      >
        <Stack gap="md">
          <div className={classes.fields}>
            <Select
              label="Data"
              placeholder="Choose a dataset"
              searchable
              allowDeselect={false}
              value={draft.datasetId}
              onChange={(id) => setDraft((old) => withDataset(old, id))}
              data={datasets.map(({ id, name }) => ({ value: id, label: name }))}
              nothingFoundMessage="No such dataset"
            />
            <Select
              label="What to predict"
              description="Without it the likeliest column is proposed"
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              placeholder="Let Lakeglass propose one"
              searchable
              clearable
              clearButtonProps={{ 'aria-label': 'Let Lakeglass propose one' }}
              limit={300}
              value={draft.target}
              onChange={(target) => set({ target })}
              data={columns}
              disabled={!draft.datasetId}
              nothingFoundMessage="No such column"
            />
          </div>
          {draft.datasetId && (
            <LikelyTargets
              datasetId={draft.datasetId}
              target={draft.target}
              onChoose={(target) => set({ target })}
            />
          )}
          <div>
            <div id={budgetLabel} className={classes.label}>
              Time for the search
            </div>
            <SegmentedControl
              aria-labelledby={budgetLabel}
              value={String(draft.budget)}
              onChange={(value) => set({ budget: Number(value) })}
              disabled={draft.fits !== null}
              data={budgets(draft.budget).map(({ value, label }) => ({ value: String(value), label }))}
            />
            <Text size="xs" c="dimmed" mt={4}>
              {draft.fits === null
                ? expected(draft.budget)
                : `Not by the clock: it ends after ${draft.fits} fits (advanced).`}
            </Text>
          </div>
          <Advanced draft={draft} columns={columns} onChange={set} />
          {start.error && <ErrorState error={start.error} title="The analysis was not started" />}
          <div className={classes.foot}>
            <Stack gap="sm">
              <Switch
                label="Ask me when something is unclear"
                description="It waits for you a while, then takes the default and says so"
                checked={draft.ask}
                onChange={(event) => set({ ask: event.currentTarget.checked })}
              />
              <ProseSwitch prose={draft.prose} onChange={(prose) => set({ prose })} />
            </Stack>
            <div className={classes.go}>
              {wrong && draft.datasetId && (
                <Text size="sm" c="red" role="alert">
                  {wrong}
                </Text>
              )}
              <Button
                type="submit"
                loading={start.isPending}
                disabled={wrong !== null}
                leftSection={<Play size={15} aria-hidden />}
              >
                Analyse
              </Button>
            </div>
          </div>
        </Stack>
      </form>
    </Panel>
  )
}

/** The budgets that are offered, and the one of an earlier request among them. */
const budgets = (chosen: number) =>
  BUDGETS.some(({ value }) => value === chosen)
    ? BUDGETS
    : [...BUDGETS, { value: chosen, label: duration(chosen) }].sort((one, other) => one.value - other.value)

function useColumns(datasetId: string | null): string[] {
  const statistics = useQuery({ ...statisticsQuery(datasetId ?? ''), enabled: datasetId !== null })
  return statistics.data?.columns.map(({ name }) => name) ?? []
}
