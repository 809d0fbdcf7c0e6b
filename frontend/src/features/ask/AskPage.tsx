import { Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { Database } from 'lucide-react'
import { useState } from 'react'
import { datasetsQuery, questionsQuery } from '../../api/queries'
import { Blank } from '../../components/Blank'
import { ErrorState } from '../../components/ErrorState'
import classes from './AskPage.module.css'
import { AskFrame } from './AskFrame'
import { Composer } from './Composer'
import { DatasetPicker } from './DatasetPicker'
import { Suggestions } from './Outcomes'
import { useApprovalMode } from './useApprovalMode'
import { useAsk } from './useAsk'
import { LinkButton } from '../../components/LinkButton'

/** A new conversation: what about, and the first question. */
export function AskPage() {
  const given = useSearch({ from: '/ask' })
  const datasets = useQuery(datasetsQuery)
  const ready = datasets.data?.filter((dataset) => dataset.state === 'ready') ?? []
  const [chosen, setChosen] = useState<string[]>()
  const fallback = given.dataset ?? ready[0]?.id
  const selected = chosen ?? (fallback ? [fallback] : [])
  const asking = useAsk()
  const { mode } = useApprovalMode()
  const about = (question: string) => ({ question, approval: mode, dataset_ids: selected })

  return (
    <AskFrame title="New question">
      <div className={classes.middle}>
        {datasets.isPending ? (
          <Stack w="100%" role="status" aria-label="Loading">
            <Skeleton h={36} w={320} />
            <Skeleton h={120} />
          </Stack>
        ) : datasets.error ? (
          <ErrorState error={datasets.error} onRetry={() => void datasets.refetch()} />
        ) : ready.length === 0 ? (
          <NoData />
        ) : (
          <Stack gap="md" w="100%">
            <div>
              <Title order={1}>What do you want to know?</Title>
              <Text c="dimmed" mt={4}>
                You see how the question was read and the code before it runs.
              </Text>
            </div>
            {asking.error && <ErrorState error={asking.error} title="The question was not sent" />}
            <Composer
              key={given.question ?? ''}
              draftKey="new"
              initial={given.question}
              focused
              sending={asking.isPending}
              blocked={selected.length === 0 ? 'Choose data first' : undefined}
              datasets={<DatasetPicker selected={selected} onChange={setChosen} />}
              onSend={(question) => asking.mutateAsync(about(question))}
            />
            {selected[0] && (
              <Suggested
                datasetId={selected[0]}
                disabled={asking.isPending}
                onAsk={(question) => asking.mutate(about(question))}
              />
            )}
          </Stack>
        )}
      </div>
    </AskFrame>
  )
}

function NoData() {
  return (
    <Blank
      icon={Database}
      title="There is no data to ask about yet"
      order={2}
      action={
        <LinkButton to="/" hash="upload">
          Add data
        </LinkButton>
      }
    >
      Drop a CSV, Excel, JSON, Parquet or SQLite file, or try the sample that comes with Lakeglass.
    </Blank>
  )
}

function Suggested(props: { datasetId: string; disabled: boolean; onAsk: (question: string) => void }) {
  const questions = useQuery(questionsQuery(props.datasetId))
  if (questions.isPending) return <Skeleton h={72} role="status" aria-label="Loading suggestions" />
  if (!questions.data?.length) return null
  return (
    <div>
      <Text size="xs" c="dimmed" mb={8}>
        Or start with one of these
      </Text>
      <Suggestions
        questions={questions.data}
        label="Suggested questions"
        disabled={props.disabled}
        onAsk={props.onAsk}
      />
    </div>
  )
}
