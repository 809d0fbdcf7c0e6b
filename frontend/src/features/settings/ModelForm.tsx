import {
  Button,
  Group,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { PlugZap, Save } from 'lucide-react'
import { useState } from 'react'
import { changeModel, testModel } from '../../api/endpoints'
import { healthQuery, modelQuery } from '../../api/queries'
import type { ModelChange, ModelStatus } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { AzureFields } from './AzureFields'
import { held, type Part } from './held'
import { changesOf, draftOf, type ModelDraft } from './modelDraft'
import { TestOutcome } from './TestOutcome'
import classes from './SettingsPage.module.css'

const PROVIDERS = [
  { value: '', label: 'None: the built-in analyst alone' },
  { value: 'openrouter', label: 'OpenRouter' },
  { value: 'compatible', label: 'An OpenAI-compatible endpoint' },
  { value: 'azure', label: 'Azure OpenAI' },
]

/** Where the model is, under which names, and what it may cost and see. */
export function ModelForm({ model }: { model: ModelStatus }) {
  const client = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(model))
  const test = useMutation({ mutationFn: testModel })
  const save = useMutation({
    mutationFn: changeModel,
    onSuccess: (saved: ModelStatus) => {
      client.setQueryData(modelQuery.queryKey, saved)
      setDraft(draftOf(saved))
      test.reset()
      void client.invalidateQueries({ queryKey: healthQuery.queryKey })
    },
  })
  const edit = (part: Partial<ModelDraft>) => {
    save.reset()
    setDraft({ ...draft, ...part })
  }
  const change: ModelChange = changesOf(model, draft)
  const changed = Object.keys(change).length > 0
  const wanted = draft.provider !== ''
  return (
    <form
      className={classes.form}
      aria-label="Language model"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        if (changed) save.mutate(change)
      }}
    >
      <Select
        label="Provider"
        data={PROVIDERS}
        allowDeselect={false}
        value={draft.provider}
        onChange={(provider) => edit({ provider: provider ?? '' })}
        {...held(model, 'provider')}
      />
      {wanted && (
        <Connection model={model} draft={draft} edit={edit} forget={() => save.mutate({ api_key: null })} />
      )}
      {wanted && <Names model={model} draft={draft} edit={edit} />}
      <Group gap="sm" mt="xs">
        <Button
          type="submit"
          leftSection={<Save size={16} aria-hidden />}
          disabled={!changed}
          loading={save.isPending}
        >
          Save
        </Button>
        {wanted && (
          <Button
            leftSection={<PlugZap size={16} aria-hidden />}
            variant="default"
            loading={test.isPending}
            onClick={() => test.mutate(changed ? change : undefined)}
          >
            Test the connection
          </Button>
        )}
        <Text size="sm" c="dimmed" role="status" aria-label="State of the form">
          {changed ? 'Not saved yet' : save.isSuccess ? 'Saved: it counts from the next question on' : ''}
        </Text>
      </Group>
      <div aria-live="polite">
        {save.error && <ErrorState error={save.error} title="It was not saved" />}
        {test.error && <ErrorState error={test.error} title="The test could not be made" />}
        {test.data && <TestOutcome tested={test.data} />}
      </div>
    </form>
  )
}

function Connection({ model, draft, edit, forget }: Part & { forget: () => void }) {
  const azure = draft.provider === 'azure'
  return (
    <>
      {draft.provider !== 'openrouter' && (
        <TextInput
          label="Address"
          placeholder={azure ? 'https://example.openai.azure.com' : 'http://127.0.0.1:11434/v1'}
          value={draft.base_url}
          onChange={(event) => edit({ base_url: event.currentTarget.value })}
          {...held(model, 'base_url')}
        />
      )}
      <PasswordInput
        label="Key"
        description="Goes in and never comes out: it is not shown again, and dropped when the address changes."
        placeholder={model.key_set ? 'One is kept; type another to replace it' : 'None'}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show what was typed' }}
        value={draft.api_key}
        onChange={(event) => edit({ api_key: event.currentTarget.value })}
        {...held(model, 'api_key')}
      />
      {model.key_set && model.sources?.api_key === 'page' && (
        <Button variant="default" size="xs" w="fit-content" onClick={forget}>
          Remove the key
        </Button>
      )}
      {azure && <AzureFields model={model} draft={draft} edit={edit} />}
    </>
  )
}

function Names({ model, draft, edit }: Part) {
  return (
    <Stack gap="sm">
      <TextInput
        label="Model that reasons"
        value={draft.strong}
        onChange={(event) => edit({ strong: event.currentTarget.value })}
        {...held(model, 'strong')}
      />
      <TextInput
        label="Model that describes"
        value={draft.cheap}
        onChange={(event) => edit({ cheap: event.currentTarget.value })}
        {...held(model, 'cheap')}
      />
      <TextInput
        label="Stands in"
        placeholder="Nobody"
        value={draft.fallback}
        onChange={(event) => edit({ fallback: event.currentTarget.value })}
        {...held(model, 'fallback')}
      />
      <NumberInput
        label="Budget a day in USD"
        placeholder="None"
        min={0.01}
        decimalScale={2}
        value={draft.daily_usd}
        onChange={(value) => edit({ daily_usd: typeof value === 'number' ? value : '' })}
        {...held(model, 'daily_usd')}
      />
      <Switch
        label="Send no sample values"
        description="A model then sees names and types only; without this, a few values of each column, scrubbed."
        checked={!draft.send_samples}
        onChange={(event) => edit({ send_samples: !event.currentTarget.checked })}
        {...held(model, 'send_samples')}
      />
    </Stack>
  )
}
