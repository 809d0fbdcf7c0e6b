import { Button, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { FlaskConical, Sparkles } from 'lucide-react'
import { loadSample } from '../../api/endpoints'
import { datasetsQuery, jobQuery, jobsQuery, samplesQuery } from '../../api/queries'
import { Blank } from '../../components/Blank'
import { ErrorState } from '../../components/ErrorState'
import { LinkButton } from '../../components/LinkButton'
import { Panel } from '../../components/Panel'
import classes from './Build.module.css'
import { JobList } from './JobList'
import { draftOf, emptyDraft, type Draft } from './request'
import { StartCard } from './StartCard'

/** Analyses: start one, and find those that were. */
export function BuildPage() {
  return (
    <div className="page">
      <header className={classes.head}>
        <Title order={1}>Build</Title>
        <p>
          An analysis looks for faults in a table, searches for a model, criticises it, and writes a report
          that says how sure it is.
        </p>
      </header>
      <Stack gap="lg">
        <Start />
        <Analyses />
      </Stack>
    </div>
  )
}

function Start() {
  const { dataset, target, from, leave, undo } = useSearch({ from: '/build' })
  const datasets = useQuery(datasetsQuery)
  const earlier = useQuery({ ...jobQuery(from ?? ''), enabled: from !== undefined, retry: false })
  if (datasets.error)
    return (
      <ErrorState
        error={datasets.error}
        title="The datasets could not be listed"
        onRetry={() => void datasets.refetch()}
      />
    )
  if (!datasets.data || (from !== undefined && earlier.isPending))
    return <Skeleton h={260} role="status" aria-label="Loading what can be analysed" />
  const ready = datasets.data.filter(({ state }) => state === 'ready')
  if (ready.length === 0) return <NoData />
  const known = earlier.data ? draftOf(earlier.data.request) : emptyDraft
  const chosen = dataset ?? known.datasetId ?? ready[0]?.id ?? null
  const initial: Draft = {
    ...known,
    datasetId: ready.some(({ id }) => id === chosen) ? chosen : null,
    target: target ?? known.target,
    leaveOut: [...new Set([...known.leaveOut, ...(leave ?? [])])],
    withoutRepairs: [...new Set([...known.withoutRepairs, ...(undo ?? [])])],
  }
  return (
    <StartCard key={`${from ?? ''} ${chosen ?? ''} ${target ?? ''}`} datasets={ready} initial={initial} />
  )
}

/** The sample is one click away; a file of one's own is on Home. */
function NoData() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const sample = useQuery(samplesQuery).data?.[0]
  const load = useMutation({
    mutationFn: (name: string) => loadSample(name),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ['datasets'] })
      await navigate({ to: '/build', search: { dataset: id } })
    },
  })
  return (
    <Panel title="New analysis">
      <Blank
        icon={FlaskConical}
        title="There is no data to analyse yet"
        action={
          <>
            {sample && (
              <Button
                leftSection={<Sparkles size={15} aria-hidden />}
                loading={load.isPending}
                onClick={() => load.mutate(sample.name)}
              >
                Load the sample
              </Button>
            )}
            <LinkButton to="/" hash="upload" variant="default">
              Add data
            </LinkButton>
          </>
        }
      >
        {sample
          ? `Begin with the sample (${sample.title}), or add a table of your own.`
          : 'Add a CSV, Excel, JSON, Parquet or SQLite file on Home.'}
      </Blank>
      {load.error && <ErrorState error={load.error} title="The sample could not be loaded" />}
    </Panel>
  )
}

function Analyses() {
  const jobs = useQuery(jobsQuery)
  return (
    <Panel flush title="Analyses">
      {jobs.error ? (
        <ErrorState
          error={jobs.error}
          title="The analyses could not be listed"
          onRetry={() => void jobs.refetch()}
        />
      ) : !jobs.data ? (
        <Stack gap={8} p="md" role="status" aria-label="Loading analyses">
          <Skeleton h={44} />
          <Skeleton h={44} />
        </Stack>
      ) : jobs.data.length === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          None yet. What you start is listed here, and goes on when you leave the page.
        </Text>
      ) : (
        <JobList jobs={jobs.data} />
      )}
    </Panel>
  )
}
