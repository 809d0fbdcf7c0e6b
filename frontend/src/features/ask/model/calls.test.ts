import { describe, expect, it } from 'vitest'
import type { ModelCall } from '../../../api/types'
import { costOf, dollars, revealed, totalOf } from './calls'

const call = (change: Partial<ModelCall>): ModelCall => ({
  id: 'llm_1',
  run_id: 'run_1',
  purpose: 'plan',
  asked: 'strong',
  model: { provider: 'openrouter', name: 'strong' },
  at: '2026-01-01T00:00:00Z',
  seconds: 1.5,
  outcome: 'ok',
  usage: { input_tokens: 100, output_tokens: 20, estimated: false },
  cost_usd: '0.0021',
  attempts: 1,
  cached: false,
  redactions: {},
  sent: [],
  received: '',
  originals: {},
  ...change,
})

describe('the total of calls', () => {
  it('adds tokens, time and money', () => {
    const total = totalOf([call({}), call({ cost_usd: '0.0004', seconds: 0.5 })])
    expect(total).toEqual({ calls: 2, tokens: 240, seconds: 2, usd: 0.0025, unpriced: 0 })
    expect(costOf(total)).toBe('0.0025 USD')
  })

  it('says that a price is unknown, and not of a call that failed', () => {
    const failed = call({
      cost_usd: null,
      usage: { input_tokens: 0, output_tokens: 0, estimated: false },
      outcome: 'UNAVAILABLE',
    })
    expect(costOf(totalOf([failed]))).toBe('free')
    expect(costOf(totalOf([call({ cost_usd: null })]))).toBe('price unknown')
    expect(costOf(totalOf([call({ cost_usd: null }), call({})]))).toContain('and what nobody has a price for')
  })

  it('never tells a small price as nothing', () => {
    expect(dollars(0)).toBe('free')
    expect(dollars(0.00000012)).toBe('<0.0001 USD')
  })
})

describe('a transcript', () => {
  const text = 'Orders of <EMAIL_1>, not <EMAIL_2>.'
  const originals = { '<EMAIL_1>': 'jane@example.com' }

  it('shows what the model saw', () => {
    expect(
      revealed(text, originals, false)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text)
  })

  it('shows the user their own values where they are known', () => {
    expect(revealed(text, originals, true).filter((piece) => piece.hidden)).toEqual([
      { text: 'jane@example.com', hidden: true },
      { text: '<EMAIL_2>', hidden: true },
    ])
  })
})
