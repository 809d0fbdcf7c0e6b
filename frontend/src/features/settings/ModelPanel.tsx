import { Badge, Button, Skeleton, Stack, Text, Textarea } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { PlugZap } from 'lucide-react'
import { Fragment, useState } from 'react'
import { previewPrompt, testModel } from '../../api/endpoints'
import { modelQuery } from '../../api/queries'
import type { ModelStatus, ModelTest } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'
import { Status } from '../../components/Status'
import { duration, number } from '../../format/number'
import { Fact } from './Fact'
import { pieces } from './placeholders'
import classes from './SettingsPage.module.css'

const EXAMPLE = 'Which orders did jane.doe@example.com place from +49 30 901820 since 2024-05-17?'

/** Which language model is asked, whether it answers, and what it would be sent. */
export function ModelPanel() {
  const model = useQuery(modelQuery)
  return (
    <Panel title="Language model">
      {model.error ? (
        <ErrorState
          error={model.error}
          title="The server did not tell its model"
          onRetry={() => void model.refetch()}
        />
      ) : model.data ? (
        <Configured model={model.data} />
      ) : (
        <Skeleton h={160} role="status" aria-label="Loading" />
      )}
      <ScrubPreview />
    </Panel>
  )
}

function Configured({ model }: { model: ModelStatus }) {
  if (!model.configured)
    return (
      <Text c="dimmed">
        None: the built-in analyst answers, and nothing leaves this machine. Start the server with{' '}
        <span className="mono">LAKEGLASS_MODEL__API_KEY</span> for OpenRouter, or with{' '}
        <span className="mono">LAKEGLASS_MODEL__BASE_URL</span> for a model of your own.
      </Text>
    )
  return (
    <Stack gap={0}>
      <Fact name="Provider">
        <Badge>{model.provider}</Badge>
      </Fact>
      <Fact name="Model that reasons">{model.strong}</Fact>
      <Fact name="Model that describes">{model.cheap}</Fact>
      <Fact name="Stands in">{model.fallback ?? 'Nobody'}</Fact>
      <Fact name="Sample values">{model.send_samples ? 'Sent, scrubbed' : 'Never sent'}</Fact>
      <Fact name="Budget a day">{model.daily_usd === null ? 'None' : `${number(model.daily_usd)} USD`}</Fact>
      {model.traces && <Fact name="Traces go to">{model.traces}</Fact>}
      <ConnectionTest />
    </Stack>
  )
}

function ConnectionTest() {
  const test = useMutation({ mutationFn: testModel })
  return (
    <>
      <Button
        leftSection={<PlugZap size={16} aria-hidden />}
        variant="default"
        w="fit-content"
        my="sm"
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        Test the connection
      </Button>
      <div aria-live="polite">
        {test.error && <ErrorState error={test.error} title="The test could not be made" />}
        {test.data && <Outcome tested={test.data} />}
      </div>
    </>
  )
}

function Outcome({ tested }: { tested: ModelTest }) {
  return (
    <>
      <Fact name="Connection">
        <Status state={tested.ok ? 'ready' : 'failed'} word={tested.ok ? 'Answers' : 'No answer'} />
      </Fact>
      {tested.problem && <Fact name="Problem">{tested.problem}</Fact>}
      <Fact name="Where prompts go">
        {tested.local ? `${tested.host}, this machine: nothing leaves it` : tested.host}
      </Fact>
      {tested.ok && (
        <Fact name="Answered">
          {number(tested.models)} {tested.models === 1 ? 'model' : 'models'} after {duration(tested.seconds)}
        </Fact>
      )}
      {tested.missing.length > 0 && <Fact name="Not among them">{tested.missing.join(', ')}</Fact>}
      <Fact name="On the way out">{tested.order.join(' → ')}</Fact>
    </>
  )
}

function ScrubPreview() {
  const [text, setText] = useState(EXAMPLE)
  const [settled] = useDebouncedValue(text, 300)
  const preview = useQuery({
    queryKey: ['scrubbed', settled],
    queryFn: () => previewPrompt(settled),
    placeholderData: keepPreviousData,
    retry: false,
  })
  return (
    <Stack gap="xs" mt="md">
      <Textarea
        label="What a model would see of"
        description="Nothing is sent and nothing is kept."
        autosize
        minRows={2}
        maxRows={8}
        maxLength={20000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {preview.error ? (
        <ErrorState error={preview.error} title="No preview" />
      ) : preview.data?.problem ? (
        <Text size="sm" c="dimmed" role="status">
          No preview: {preview.data.problem}
        </Text>
      ) : preview.data ? (
        <>
          <p className={classes.scrubbed} role="status" aria-label="What a model would see">
            {pieces(preview.data.text).map((piece, place) => (
              <Fragment key={place}>{piece.hidden ? <mark>{piece.text}</mark> : piece.text}</Fragment>
            ))}
          </p>
          {preview.data.limits.map((limit) => (
            <Text key={limit} size="sm" c="dimmed">
              Names of people and places are not recognised; that needs {limit}
            </Text>
          ))}
        </>
      ) : (
        <Skeleton h={48} role="status" aria-label="Loading" />
      )}
    </Stack>
  )
}
