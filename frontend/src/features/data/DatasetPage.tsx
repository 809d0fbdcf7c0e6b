import { Group, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronLeft, FlaskConical, MessageSquareText } from 'lucide-react'
import {
  datasetQuery,
  hasPreview,
  previewQuery,
  questionsQuery,
  runsQuery,
  statisticsQuery,
} from '../../api/queries'
import type { DatasetView, Statistics } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'
import { Status } from '../../components/Status'
import { number } from '../../format/number'
import { DATASET_TABS, type DatasetTab } from '../../router'
import { Suggestions } from '../ask/Outcomes'
import { Associations } from './Associations'
import { ColumnsPending, ColumnsTable } from './ColumnsTable'
import classes from './DatasetPage.module.css'
import { DatasetFacts } from './DatasetFacts'
import { DatasetMenu } from './DatasetMenu'
import { Findings } from './Findings'
import { ModelDescription } from './ModelDescription'
import { PreviewTable } from './PreviewTable'
import { Provenance } from './Provenance'
import { ReadChoices } from './ReadDecisions'
import { RowsTable } from './RowsTable'
import { TaughtWords } from './TaughtWords'
import { LinkButton } from '../../components/LinkButton'

const LABELS: Record<DatasetTab, string> = {
  columns: 'Columns',
  preview: 'Preview',
  rows: 'Rows',
  provenance: 'Provenance',
}

export function DatasetPage() {
  const { datasetId } = useParams({ from: '/data/$datasetId' })
  const dataset = useQuery(datasetQuery(datasetId))
  return (
    <div className="page">
      <Link to="/data" className={classes.back}>
        <ChevronLeft size={15} aria-hidden /> All data
      </Link>
      {dataset.error ? (
        <ErrorState
          error={dataset.error}
          title="The dataset could not be loaded"
          onRetry={() => void dataset.refetch()}
        />
      ) : dataset.data ? (
        <Dataset dataset={dataset.data} />
      ) : (
        <Stack role="status" aria-label="Loading the dataset">
          <Skeleton h={36} w={320} />
          <Skeleton h={72} />
          <Skeleton h={360} />
        </Stack>
      )}
    </div>
  )
}

function Dataset({ dataset }: { dataset: DatasetView }) {
  const navigate = useNavigate()
  const failed = dataset.state === 'failed'
  return (
    <Stack gap="lg">
      <div className={classes.head}>
        <div className={classes.names}>
          <Title order={1} className={classes.title}>
            {dataset.name}
          </Title>
          <Group gap={12} mt={4}>
            <Status state={dataset.state} />
            <Text size="xs" c="dimmed">
              {dataset.layer} layer
            </Text>
          </Group>
        </div>
        <Group gap={8} wrap="nowrap">
          <LinkButton
            to="/ask"
            search={{ dataset: dataset.id }}
            disabled={dataset.state !== 'ready'}
            leftSection={<MessageSquareText size={16} aria-hidden />}
          >
            Ask<span className={classes.long}>&nbsp;about this</span>
          </LinkButton>
          <LinkButton
            to="/build"
            search={{ dataset: dataset.id }}
            disabled={dataset.state !== 'ready'}
            variant="default"
            leftSection={<FlaskConical size={16} aria-hidden />}
          >
            Analyse
          </LinkButton>
          <DatasetMenu dataset={dataset} onDeleted={() => void navigate({ to: '/data' })} />
        </Group>
      </div>
      {failed ? <Unread dataset={dataset} /> : <Readable dataset={dataset} />}
    </Stack>
  )
}

function Unread({ dataset }: { dataset: DatasetView }) {
  return (
    <>
      <ErrorState
        error={new Error(dataset.failure ?? 'The file could not be read.')}
        title="This file could not be read"
        actions={
          <LinkButton to="/" hash="upload" size="xs" variant="default">
            Upload another file
          </LinkButton>
        }
      />
      <ReadChoices dataset={dataset} />
    </>
  )
}

function Readable({ dataset }: { dataset: DatasetView }) {
  const { tab = 'columns' } = useSearch({ from: '/data/$datasetId' })
  const navigate = useNavigate({ from: '/data/$datasetId' })
  return (
    <>
      <DatasetFacts dataset={dataset} />
      {dataset.state === 'ready' && <Questions dataset={dataset} />}
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({ search: { tab: DATASET_TABS.find((name) => name === value) }, replace: true })
        }
        keepMounted={false}
      >
        <Tabs.List aria-label="Dataset">
          {DATASET_TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {LABELS[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          {tab === 'columns' ? (
            <Columns dataset={dataset} />
          ) : tab === 'preview' ? (
            <PreviewTable dataset={dataset} />
          ) : tab === 'rows' ? (
            <RowsTable dataset={dataset} />
          ) : (
            <Provenance dataset={dataset} />
          )}
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function Columns({ dataset }: { dataset: DatasetView }) {
  const ready = dataset.state === 'ready'
  const runs = useQuery({ ...runsQuery, enabled: !ready })
  // First figures are there at once, from the beginning of the file; until then its first rows, if they are read.
  // A version that is being read again has none of its own yet: those from before stay.
  const statistics = useQuery({
    ...statisticsQuery(dataset.id),
    retry: ready ? 3 : false,
    enabled: ready || !dataset.version,
  })
  const shown = !ready && !statistics.data && hasPreview(runs.data, dataset.run_id)
  const preview = useQuery({ ...previewQuery(dataset.id), enabled: shown, retry: false })
  if (ready && statistics.error)
    return (
      <ErrorState
        error={statistics.error}
        title="The statistics could not be loaded"
        onRetry={() => void statistics.refetch()}
      />
    )
  return (
    <Stack gap="lg">
      {statistics.data?.basis === 'all' && <Findings statistics={statistics.data} />}
      <Panel
        flush
        title={statistics.data ? basis(statistics.data) : 'Computing statistics over every row…'}
        aside={
          statistics.data && (
            <Text size="xs" c="dimmed" visibleFrom="sm">
              Click a column for its details
            </Text>
          )
        }
      >
        {statistics.data ? (
          <ColumnsTable statistics={statistics.data} />
        ) : (
          <ColumnsPending preview={preview.data} />
        )}
      </Panel>
      {statistics.data?.basis === 'all' && <Associations statistics={statistics.data} />}
      {ready && <ModelDescription datasetId={dataset.id} />}
      {ready && <TaughtWords datasetId={dataset.id} />}
    </Stack>
  )
}

/** Which rows the figures are of. */
function basis(statistics: Statistics): string {
  if (statistics.basis === 'all') return 'Columns, over every row'
  const all = statistics.rows_estimate
  const most = all && all > statistics.rows ? ` of about ${number(all)}` : ''
  return `First figures, from the first ${number(statistics.rows)}${most} rows; exact ones follow…`
}

function Questions({ dataset }: { dataset: DatasetView }) {
  const questions = useQuery(questionsQuery(dataset.id))
  const navigate = useNavigate()
  if (!questions.data?.length) return null
  return (
    <Suggestions
      questions={questions.data.slice(0, 5)}
      label="Suggested questions"
      disabled={false}
      onAsk={(question) => void navigate({ to: '/ask', search: { dataset: dataset.id, question } })}
    />
  )
}
