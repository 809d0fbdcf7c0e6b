import { expect, test } from 'vitest'
import type { ModelStatus } from '../../api/types'
import { changesOf, draftOf } from './modelDraft'

const SET: ModelStatus = {
  configured: true,
  provider: 'azure',
  base_url: 'https://x.example',
  key_set: true,
  strong: 'deep',
  cheap: 'small',
  fallback: null,
  send_samples: true,
  daily_usd: 5,
  azure: { api_version: '2024-10-21', tenant_id: 't' },
  password_set: true,
  traces: null,
  sources: {},
}

test('nothing typed changes nothing, and never touches a key', () => {
  expect(changesOf(SET, draftOf(SET))).toEqual({})
})

test('only what differs is sent, and empty means the default', () => {
  const draft = draftOf(SET)
  draft.strong = ' other '
  draft.daily_usd = ''
  draft.send_samples = false
  draft.azure.tenant_id = ''
  expect(changesOf(SET, draft)).toEqual({
    strong: 'other',
    daily_usd: null,
    send_samples: false,
    azure: { tenant_id: null },
  })
})

test('a typed key is sent once', () => {
  expect(changesOf(SET, { ...draftOf(SET), api_key: ' k ' })).toEqual({ api_key: 'k' })
})

test('no provider takes address and key away', () => {
  expect(changesOf(SET, { ...draftOf(SET), provider: '' })).toEqual({
    provider: null,
    base_url: null,
    api_key: null,
  })
})

test('OpenRouter has an address of its own', () => {
  expect(changesOf(SET, { ...draftOf(SET), provider: 'openrouter' })).toEqual({
    provider: 'openrouter',
    base_url: null,
  })
})
