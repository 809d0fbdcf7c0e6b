import type { ModelChange, ModelStatus } from '../../api/types'

const AZURE = ['api_version', 'tenant_id', 'client_id', 'certificate', 'authority', 'scope'] as const
export type AzureField = (typeof AZURE)[number]

/** What stands in the form; empty text means: as it is by default. Keys are typed in and never read back. */
export interface ModelDraft {
  provider: string
  base_url: string
  api_key: string
  strong: string
  cheap: string
  fallback: string
  daily_usd: number | ''
  send_samples: boolean
  azure: Record<AzureField, string>
  certificate_password: string
}

export const draftOf = (model: ModelStatus): ModelDraft => ({
  provider: model.provider ?? '',
  base_url: model.base_url ?? '',
  api_key: '',
  strong: model.strong ?? '',
  cheap: model.cheap ?? '',
  fallback: model.fallback ?? '',
  daily_usd: model.daily_usd ?? '',
  send_samples: model.send_samples ?? true,
  azure: Object.fromEntries(AZURE.map((name) => [name, model.azure?.[name] ?? ''])) as ModelDraft['azure'],
  certificate_password: '',
})

/** Only what differs from what is set: a field that nobody touched stays as it is. */
export function changesOf(model: ModelStatus, draft: ModelDraft): ModelChange {
  const before = draftOf(model)
  const change: ModelChange = {}
  if (draft.provider !== before.provider)
    change.provider = (draft.provider || null) as NonNullable<ModelChange['provider']> | null
  for (const name of ['base_url', 'strong', 'cheap', 'fallback'] as const)
    if (draft[name].trim() !== before[name]) change[name] = draft[name].trim() || null
  if (draft.provider === 'openrouter' && before.provider !== 'openrouter' && before.base_url)
    change.base_url = null
  if (draft.provider === '' && before.provider !== '') {
    change.base_url = null
    change.api_key = null
  } else if (draft.api_key.trim()) change.api_key = draft.api_key.trim()
  if (draft.daily_usd !== before.daily_usd) change.daily_usd = draft.daily_usd === '' ? null : draft.daily_usd
  if (draft.send_samples !== before.send_samples) change.send_samples = draft.send_samples
  const azure: Partial<Record<AzureField | 'certificate_password', string | null>> = {}
  for (const name of AZURE)
    if (draft.azure[name].trim() !== before.azure[name]) azure[name] = draft.azure[name].trim() || null
  if (draft.certificate_password) azure.certificate_password = draft.certificate_password
  if (Object.keys(azure).length > 0) change.azure = azure
  return change
}
