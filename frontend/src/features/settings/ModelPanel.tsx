import { Skeleton, Stack, Text, Textarea } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import { previewPrompt } from '../../api/endpoints'
import { modelQuery } from '../../api/queries'
import type { ModelStatus } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'
import { Fact } from './Fact'
import { ModelForm } from './ModelForm'
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
  return (
    <Stack gap="sm">
      {!model.configured && (
        <Text c="dimmed">
          None: the built-in analyst answers, and nothing leaves this machine. Set one up here, or start the
          server with <span className="mono">LAKEGLASS_MODEL__API_KEY</span> or{' '}
          <span className="mono">LAKEGLASS_MODEL__BASE_URL</span>.
        </Text>
      )}
      <ModelForm model={model} />
      {model.traces && <Fact name="Traces go to">{model.traces}</Fact>}
    </Stack>
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
