import { describe, expect, it } from 'vitest'
import { emptyConversation, reduce } from '../../live/conversation'
import { tellStory } from '../../testing/stories'
import { focusOf, stampOf } from './focus'

const plan = {
  understood: true,
  planned: true,
  review: 'none',
  attempt: 'ok',
  artifacts: 2,
  lines: 1,
  outcome: 'answer',
  end: 'done',
} as const

const told = (plans: Parameters<typeof tellStory>[0]) =>
  tellStory(plans).events.reduce(reduce, emptyConversation).turns

describe('what the workspace shows', () => {
  it('is the code until there is a chart, then the chart', () => {
    const { events } = tellStory([{ ...plan, edits: [] }])
    const written = events.findIndex((e) => e.body.type === 'code') + 1
    const before = events.slice(0, written).reduce(reduce, emptyConversation).turns
    expect(focusOf(before, undefined).tab).toBe('code')
    expect(focusOf(told([{ ...plan, edits: [] }]), undefined).tab).toBe('charts')
  })

  it('stays with what the user chose', () => {
    const turns = told([
      { ...plan, edits: [] },
      { ...plan, edits: [] },
    ])
    const focus = focusOf(turns, { stamp: stampOf(turns), turnId: 'trn_0', tab: 'log' })
    expect([focus.turn?.id, focus.tab]).toEqual(['trn_0', 'log'])
  })

  it('goes to what is new: a later question, or a run of edited code', () => {
    const one = told([{ ...plan, edits: [] }])
    const chosen = { stamp: stampOf(one), turnId: 'trn_0', tab: 'log' } as const
    const two = told([
      { ...plan, edits: [] },
      { ...plan, edits: [] },
    ])
    expect(focusOf(two, chosen).turn?.id).toBe('trn_1')
    const edited = told([{ ...plan, edits: ['ok'] }])
    expect(focusOf(edited, chosen).attempt?.origin).toBe('edited')
  })

  it('keeps the log open while edited code runs again', () => {
    const one = told([{ ...plan, edits: [] }])
    const edited = told([{ ...plan, edits: ['ok'] }])
    const focus = focusOf(edited, { stamp: stampOf(one), turnId: 'trn_0', tab: 'log' })
    expect([focus.tab, focus.attempt?.origin]).toEqual(['log', 'edited'])
  })

  it('falls back to the last when what was chosen is gone', () => {
    const turns = told([{ ...plan, edits: [] }])
    expect(focusOf(turns, { stamp: stampOf(turns), turnId: 'trn_9' }).turn?.id).toBe('trn_0')
    expect(focusOf([], undefined)).toEqual({
      turn: undefined,
      attempt: undefined,
      artifactId: undefined,
      tab: 'code',
    })
  })
})
