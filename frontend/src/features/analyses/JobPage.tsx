import { Button, Skeleton, Stack, Tabs, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronLeft, Square } from 'lucide-react'
import { useState } from 'react'
import type { AnalysisResult, JobView } from '../../api/analysis'
import { cancelJob } from '../../api/endpoints'
import { jobQuery, jobResultQuery } from '../../api/queries'
import { ConfirmDialog } from '../../components/Dialogs'
import { ErrorState } from '../../components/ErrorState'
import { Status } from '../../components/Status'
import { Ago, Elapsed } from '../../components/Time'
import { duration } from '../../format/number'
import { JOB_TABS, type JobTab } from '../../router'
import classes from './Build.module.css'
import { Answered, ClarifyCard } from './ClarifyCard'
import { Cancelled, Failed, Rejected } from './Ended'
import { Fairness } from './Fairness'
import { Files } from './Files'
import { Findings, FindingsPanel } from './FindingsPanel'
import { FirstScreen } from './FirstScreen'
import { Forecast } from './Forecast'
import { Groups } from './Groups'
import { stateOf } from './JobList'
import { isUsable } from './outcome'
import { ModelTab } from './ModelTab'
import { Predict } from './Predict'
import { PredictFile } from './PredictFile'
import { RepairsPanel } from './RepairsPanel'
import { ReportView } from './ReportView'
import { LiveBoard, Search } from './Search'
import { Stations } from './Stations'
import { Verdict } from './Verdict'
import { WorkLog } from './WorkLog'

/** One analysis, from its first line to its report. */
export function JobPage() {
  const { jobId } = useParams({ from: '/build/$jobId' })
  const job = useQuery(jobQuery(jobId))
  return (
    <div className="page">
      <Link to="/build" className={classes.back}>
        <ChevronLeft size={15} aria-hidden /> All analyses
      </Link>
      {job.error ? (
        <ErrorState
          error={job.error}
          title="The analysis could not be loaded"
          onRetry={() => void job.refetch()}
        />
      ) : job.data ? (
        <Job job={job.data} />
      ) : (
        <Stack role="status" aria-label="Loading the analysis">
          <Skeleton h={36} w={320} />
          <Skeleton h={64} />
          <Skeleton h={320} />
        </Stack>
      )}
    </div>
  )
}

const isOver = (job: JobView): boolean =>
  job.state === 'done' || job.state === 'failed' || job.state === 'cancelled'

function Job({ job }: { job: JobView }) {
  // What the critique rejects has a result, too: only a job that broke off has none.
  const readable = job.state === 'done' || stateOf(job) === 'rejected'
  const result = useQuery({ ...jobResultQuery(job.id), enabled: readable })
  return (
    <Stack gap="lg">
      <Head job={job} />
      <Stations job={job} />
      {!readable ? (
        <Work job={job} />
      ) : result.error ? (
        <ErrorState
          error={result.error}
          title="The result could not be loaded"
          onRetry={() => void result.refetch()}
        />
      ) : result.data ? (
        <Outcome job={job} result={result.data} />
      ) : (
        <Skeleton h={320} role="status" aria-label="Loading the result" />
      )}
    </Stack>
  )
}

function Head({ job }: { job: JobView }) {
  const state = stateOf(job)
  return (
    <div className={classes.titleRow}>
      <div>
        <Title order={1} className={classes.title}>
          {job.title}
        </Title>
        <div className={classes.meta}>
          {state === 'rejected' ? <Status state="failed" word="Rejected" /> : <Status state={state} />}
          {job.verdict && state === 'done' && <Verdict verdict={job.verdict} />}
          <Link to="/data/$datasetId" params={{ datasetId: job.dataset_id }}>
            {job.dataset_name}
          </Link>
          {job.target !== null && <span>Target: {job.target}</span>}
          <span>
            Started <Ago at={job.created_at} />,{' '}
            {isOver(job) && job.seconds !== null ? (
              `took ${duration(job.seconds)}`
            ) : (
              <Elapsed from={job.created_at} to={job.ended_at} />
            )}
          </span>
        </div>
      </div>
      {!isOver(job) && <Cancel job={job} />}
    </div>
  )
}

function Cancel({ job }: { job: JobView }) {
  const client = useQueryClient()
  const [asks, setAsks] = useState(false)
  const cancel = useMutation({
    mutationFn: () => cancelJob(job.id),
    onSuccess: (view) => {
      setAsks(false)
      client.setQueryData(jobQuery(job.id).queryKey, view)
    },
  })
  return (
    <>
      <Button
        variant="default"
        leftSection={<Square size={12} fill="currentColor" aria-hidden />}
        onClick={() => setAsks(true)}
      >
        Cancel
      </Button>
      <ConfirmDialog
        opened={asks}
        title="Cancel this analysis?"
        confirm="Cancel the analysis"
        busy={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate()}
        onClose={() => setAsks(false)}
      >
        What was found so far stays readable. The search stops at once, and no report is written.
      </ConfirmDialog>
    </>
  )
}

/** While it works, or where it broke off: what is known so far. */
function Work({ job }: { job: JobView }) {
  const card = job.clarification
  const asks = card !== null && card.answered_by === null && !isOver(job)
  return (
    <div className={classes.split}>
      <div className={classes.column}>
        {job.state === 'failed' && <Failed job={job} />}
        {job.state === 'cancelled' && <Cancelled job={job} />}
        {asks && <ClarifyCard key={card.id} job={job} card={card} />}
        {card && !asks && <Answered card={card} />}
        {job.progress && <Search progress={job.progress} />}
        {job.progress && <LiveBoard progress={job.progress} />}
        {job.findings && <FindingsPanel jobId={job.id} />}
      </div>
      <div className={classes.column}>
        <WorkLog lines={job.log} />
        <Files jobId={job.id} files={job.files} />
      </div>
    </div>
  )
}

const LABELS: Record<JobTab, string> = {
  result: 'Result',
  report: 'Report',
  forecast: 'Forecast',
  groups: 'Groups',
  model: 'Model',
  fairness: 'Fairness',
  findings: 'Findings',
  predict: 'Predict',
  log: 'Log',
}

function Outcome({ job, result }: { job: JobView; result: AnalysisResult }) {
  const { tab: wanted = 'result' } = useSearch({ from: '/build/$jobId' })
  const navigate = useNavigate({ from: '/build/$jobId' })
  const go = (value: string | null) =>
    void navigate({ search: { tab: JOB_TABS.find((name) => name === value) }, replace: true })
  const { modeling, clustering, forecasting } = result
  const slices = result.explanation?.slices ?? null
  const usable = modeling !== null && isUsable(result)
  const there: Partial<Record<JobTab, boolean>> = {
    forecast: forecasting !== null,
    groups: clustering !== null,
    fairness: slices !== null,
    predict: usable,
  }
  const tabs = JOB_TABS.filter((name) => there[name] ?? true)
  const tab = tabs.find((name) => name === wanted) ?? 'result'
  return (
    <>
      {stateOf(job) === 'rejected' && <Rejected job={job} result={result} />}
      <Tabs value={tab} onChange={go} keepMounted={false}>
        <Tabs.List aria-label="Analysis">
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {LABELS[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          <Stack gap="lg">
            {tab === 'result' && (
              <FirstScreen
                job={job}
                result={result}
                onPredict={usable ? () => go('predict') : undefined}
                onGroups={clustering?.found ? () => go('groups') : undefined}
                onForecast={forecasting ? () => go('forecast') : undefined}
              />
            )}
            {tab === 'report' && <ReportView report={result.report_html} />}
            {tab === 'forecast' && forecasting && <Forecast forecasting={forecasting} />}
            {tab === 'groups' && clustering && <Groups clustering={clustering} />}
            {tab === 'fairness' && slices && <Fairness slices={slices} />}
            {tab === 'model' && <ModelTab result={result} jobId={job.id} />}
            {tab === 'findings' && (
              <>
                {result.repairs && <RepairsPanel jobId={job.id} repairs={result.repairs} />}
                <Findings eda={result.eda} />
              </>
            )}
            {tab === 'predict' && modeling && (
              <>
                <Predict job={job} modeling={modeling} explanation={result.explanation} />
                <PredictFile job={job} modeling={modeling} />
              </>
            )}
            {tab === 'log' && <WorkLog lines={job.log} />}
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
