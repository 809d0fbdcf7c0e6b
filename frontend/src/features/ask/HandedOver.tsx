import { Button, Group, SegmentedControl, Select, Skeleton, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowRight, Hammer, Play } from 'lucide-react'
import { useId, useState } from 'react'
import type { JobView } from '../../api/analysis'
import { startBuild } from '../../api/endpoints'
import { jobQuery, jobResultQuery, statisticsQuery } from '../../api/queries'
import type { BuildOffer } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { LinkButton } from '../../components/LinkButton'
import { Status } from '../../components/Status'
import { ClarifyCard } from '../analyses/ClarifyCard'
import { stateOf } from '../analyses/JobList'
import { BUDGETS, expected } from '../analyses/request'
import { Stations } from '../analyses/Stations'
import { Verdict } from '../analyses/Verdict'
import classes from './HandedOver.module.css'

interface Props {
  sessionId: string
  turnId: string
  message: string
  offer: BuildOffer
}

/** A question that Build answers: what that would be and take, then how it goes, and what came of it. */
export function HandedOver({ sessionId, turnId, message, offer }: Props) {
  return (
    <section className={classes.card} aria-label="Work for Build">
      {offer.started ? (
        <Progress jobId={offer.job_id} />
      ) : (
        <Offer sessionId={sessionId} turnId={turnId} message={message} offer={offer} />
      )}
    </section>
  )
}

// Longer ones are on the page of Build: a conversation waits for these.
const OFFERED = BUDGETS.slice(0, 3)

function Offer({ sessionId, turnId, message, offer }: Props) {
  const client = useQueryClient()
  const [budget, setBudget] = useState(OFFERED[0]?.value ?? 30)
  const [target, setTarget] = useState(offer.target)
  const budgetLabel = useId()
  const start = useMutation({
    mutationFn: () => startBuild(sessionId, turnId, { target, budget_s: budget }),
    onSuccess: async (job) => {
      client.setQueryData(jobQuery(job.id).queryKey, job)
      await client.invalidateQueries({ queryKey: ['jobs'] })
    },
  })
  return (
    <>
      <div className={classes.head}>
        <Hammer size={18} aria-hidden />
        <div>
          <Title order={3} size="h4">
            {offer.target === null ? 'Build a model?' : `Build a model of ${offer.target}?`}
          </Title>
          <Text size="sm">{message}</Text>
        </div>
      </div>
      {offer.target === null && <Target datasetId={offer.dataset_id} target={target} onChange={setTarget} />}
      <div>
        <div id={budgetLabel} className={classes.label}>
          Time for the search
        </div>
        <SegmentedControl
          size="xs"
          aria-labelledby={budgetLabel}
          value={String(budget)}
          onChange={(value) => setBudget(Number(value))}
          data={OFFERED.map(({ value, label }) => ({ value: String(value), label }))}
        />
        <Text size="xs" c="dimmed" mt={4}>
          {expected(budget)}
        </Text>
      </div>
      {start.error && <ErrorState error={start.error} title="The analysis was not started" />}
      <Group gap="xs">
        <Button
          leftSection={<Play size={15} aria-hidden />}
          loading={start.isPending}
          disabled={start.isSuccess}
          onClick={() => start.mutate()}
        >
          Build it
        </Button>
        <LinkButton
          to="/build"
          search={{ dataset: offer.dataset_id, ...(target !== null && { target }) }}
          variant="default"
        >
          More choices
        </LinkButton>
      </Group>
    </>
  )
}

interface TargetProps {
  datasetId: string
  target: string | null
  onChange: (target: string | null) => void
}

function Target({ datasetId, target, onChange }: TargetProps) {
  const columns = useQuery(statisticsQuery(datasetId)).data?.columns.map(({ name }) => name) ?? []
  return (
    <Select
      label="Column to predict"
      placeholder="Let Lakeglass propose one"
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Let Lakeglass propose one' }}
      limit={300}
      value={target}
      onChange={onChange}
      data={columns}
      nothingFoundMessage="No such column"
    />
  )
}

function Progress({ jobId }: { jobId: string }) {
  const job = useQuery(jobQuery(jobId))
  if (job.error)
    return (
      <ErrorState
        error={job.error}
        title="The analysis could not be loaded"
        onRetry={() => void job.refetch()}
      />
    )
  if (!job.data) return <Skeleton h={96} role="status" aria-label="Loading the analysis" />
  return <Job job={job.data} />
}

function Job({ job }: { job: JobView }) {
  const state = stateOf(job)
  const card = job.clarification
  const asks = card !== null && card.answered_by === null && job.ended_at === null
  return (
    <>
      <div className={classes.head}>
        <Hammer size={18} aria-hidden />
        <div className={classes.title}>
          <Title order={3} size="h4">
            {job.title}
          </Title>
          <div className={classes.state}>
            {state === 'rejected' ? <Status state="failed" word="Rejected" /> : <Status state={state} />}
            {job.verdict && state === 'done' && <Verdict verdict={job.verdict} />}
          </div>
        </div>
      </div>
      <Stations job={job} />
      {asks && <ClarifyCard key={card.id} job={job} card={card} />}
      {job.failure && state === 'failed' && <Text size="sm">{job.failure.message}</Text>}
      {(state === 'done' || state === 'rejected') && <Outcome jobId={job.id} />}
      <div>
        <LinkButton
          to="/build/$jobId"
          params={{ jobId: job.id }}
          variant="default"
          rightSection={<ArrowRight size={15} aria-hidden />}
        >
          {job.ended_at === null ? 'Watch it in Build' : 'Open it in Build'}
        </LinkButton>
      </div>
    </>
  )
}

/** What a person reads first. */
function Outcome({ jobId }: { jobId: string }) {
  const result = useQuery(jobResultQuery(jobId))
  if (result.error)
    return (
      <ErrorState
        error={result.error}
        title="The result could not be loaded"
        onRetry={() => void result.refetch()}
      />
    )
  if (!result.data) return <Skeleton h={64} role="status" aria-label="Loading the result" />
  const { found, sure } = result.data.result
  return (
    <>
      <Text size="sm">{found}</Text>
      <Text size="sm" c="dimmed">
        {sure}
      </Text>
    </>
  )
}
