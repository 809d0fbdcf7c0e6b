import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Envelope } from '../api/types'
import { story, tellStory } from '../testing/stories'
import { activeRun, emptyConversation, fromDetail, reduce, toView, type Conversation } from './conversation'

const fold = (events: readonly Envelope[], from: Conversation = emptyConversation) =>
  events.reduce(reduce, from)
const RUNS = { numRuns: 300 }

describe('a conversation is the fold of its events', () => {
  it('folds to the shape that GET gives', () => {
    fc.assert(
      fc.property(story, ({ events, turns }) => {
        expect(fold(events).turns.map(toView)).toEqual(turns)
      }),
      RUNS,
    )
  })

  it('goes on from any cursor to the same state', () => {
    fc.assert(
      fc.property(story, fc.nat(), ({ events }, cut) => {
        const at = cut % (events.length + 1)
        const early = fold(events.slice(0, at))
        expect(fold(events.slice(at), early)).toEqual(fold(events))
      }),
      RUNS,
    )
  })

  it('drops what it has seen: a reconnect that repeats events changes nothing', () => {
    fc.assert(
      fc.property(story, fc.nat(), ({ events }, back) => {
        const whole = fold(events)
        expect(fold(events.slice(back % events.length), whole)).toEqual(whole)
      }),
      RUNS,
    )
  })

  it('replays events that the loaded state already holds without changing it', () => {
    fc.assert(
      fc.property(story, fc.nat(), ({ events, turns }, back) => {
        // GET reads the cursor first: the state may hold more than the cursor says.
        const at = back % events.length
        const cursor = events[at]?.seq ?? 0
        const loaded = fromDetail({ turns, last_seq: cursor })
        expect(fold(events, loaded).turns.map(toView)).toEqual(turns)
      }),
      RUNS,
    )
  })

  it('loses no line that was printed', () => {
    fc.assert(
      fc.property(story, ({ events }) => {
        const printed = events.flatMap((e) => (e.body.type === 'output' ? e.body.lines : []))
        const shown = fold(events).turns.flatMap((turn) => Object.values(turn.output).flat())
        expect(shown).toHaveLength(printed.length)
        expect(new Set(shown)).toEqual(new Set(printed))
      }),
      RUNS,
    )
  })

  it('never says that something works for a run that is over', () => {
    fc.assert(
      fc.property(story, ({ events }) => {
        const state = fold(events)
        for (const turn of state.turns) {
          const run = activeRun(turn)
          if (run) expect(['queued', 'running', 'waiting', undefined]).toContain(state.runs[run]?.state)
        }
      }),
      RUNS,
    )
  })
})

describe('approval', () => {
  const plan = {
    understood: true,
    planned: true,
    review: 'open',
    attempt: 'none',
    artifacts: 0,
    lines: 0,
    outcome: 'nothing',
    end: 'waiting',
    edits: [],
  } as const

  it('is open until it is decided', () => {
    const open = fold(tellStory([{ ...plan, edits: [] }]).events)
    expect(open.turns[0]?.approval).toMatchObject({ id: 'app_0', runId: 'run_0' })
    expect(open.turns[0]?.approval?.decided).toBeUndefined()
    expect(open.turns[0]?.state).toBe('waiting')
    const decided = fold(tellStory([{ ...plan, review: 'decline', end: 'cancelled', edits: [] }]).events)
    expect(decided.turns[0]?.approval?.decided).toEqual({ verdict: 'decline', by: 'u' })
  })

  it('is kept when it is asked before the turn is told', () => {
    const { events } = tellStory([{ ...plan, edits: [] }])
    const asked = events.find((e) => e.body.type === 'approval')
    if (!asked) throw new Error('no approval in the story')
    const early: Envelope = { ...asked, seq: 1 }
    const late = events.filter((e) => e !== asked).map((e) => ({ ...e, seq: e.seq + 10 }))
    expect(fold([early, ...late]).turns[0]?.approval?.id).toBe('app_0')
  })
})

it('shows with the question what its edited code asks for', () => {
  const { events } = tellStory([
    {
      understood: true,
      planned: true,
      review: 'none',
      attempt: 'ok',
      artifacts: 0,
      lines: 0,
      outcome: 'answer',
      end: 'done',
      edits: ['ok'],
    },
  ])
  const code = events.find((e) => e.run_id === 'run_0_edit0' && e.body.type === 'code')
  if (!code) throw new Error('no edited code in the story')
  const request = {
    title: 't',
    steps: [],
    estimate: { seconds_low: 0, seconds_high: 1, cost_low: '0', cost_high: '0', currency: 'USD' },
    reason: 'r',
    packages: [],
  }
  const asked: Envelope = {
    ...code,
    seq: code.seq + 1,
    body: { type: 'approval', approval_id: 'app_edit', request },
  }
  const before = events.filter((e) => e.seq <= code.seq)
  expect(fold([...before, asked]).turns[0]?.approval).toMatchObject({ id: 'app_edit', runId: 'run_0_edit0' })
})

it('keeps the question at work while its edited code runs, though the question itself is done', () => {
  const { events } = tellStory([
    {
      understood: true,
      planned: true,
      review: 'none',
      attempt: 'ok',
      artifacts: 1,
      lines: 0,
      outcome: 'answer',
      end: 'done',
      edits: ['ok'],
    },
  ])
  const until = events.findLastIndex((e) => e.body.type === 'code')
  const turn = fold(events.slice(0, until + 1)).turns[0]
  expect(turn?.state).toBe('done')
  expect(turn && activeRun(turn)).toBe('run_0_edit0')
})
