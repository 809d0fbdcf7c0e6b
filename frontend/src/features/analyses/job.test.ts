import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClarifyCard, JobStage, StageName, StageState } from '../../api/analysis'
import { answerWord, defaultAnswers, otherColumns, secondsLeft } from './clarify'
import { advancedCount, draftOf, emptyDraft, expected, problem, requestOf, withDataset } from './request'
import { stationsOf } from './timeline'

const STAGES: StageName[] = ['ingest', 'eda', 'clarify', 'modeling', 'explain', 'qa', 'report']
const stages = (states: readonly StageState[]): JobStage[] =>
  STAGES.map((name, index) => ({
    name,
    title: name,
    state: states[index] ?? 'pending',
    started_at: '2026-01-01T00:00:00Z',
    ended_at: null,
    seconds: states[index] === 'done' ? index + 1 : null,
  }))

describe('stations', () => {
  it('are six, the critique and the report being one', () => {
    const stations = stationsOf({ state: 'running', stages: stages(['done', 'done', 'skipped', 'running']) })
    expect(stations.map(({ title, state }) => `${title} ${state}`)).toEqual([
      'Read done',
      'Look done',
      'Clarify skipped',
      'Model running',
      'Explain pending',
      'Report pending',
    ])
    expect(stations[3]?.since).toBe('2026-01-01T00:00:00Z')
  })

  it('are at work between the critique and the report, and add their times', () => {
    const six = STAGES.slice(0, 6).map((): StageState => 'done')
    expect(stationsOf({ state: 'running', stages: stages(six) })[5]?.state).toBe('running')
    const last = stationsOf({ state: 'done', stages: stages([...six, 'done']) })[5]
    expect([last?.state, last?.seconds]).toEqual(['done', 13])
  })

  it('wait where the question is, and nowhere else', () => {
    const waiting = stationsOf({ state: 'waiting', stages: stages(['done', 'done', 'running']) })
    expect(waiting.map(({ waits }) => waits)).toEqual([false, false, true, false, false, false])
  })

  it('are done only when every stage in them is over', () => {
    const any = fc.constantFrom<StageState>('pending', 'running', 'done', 'failed', 'skipped', 'cancelled')
    fc.assert(
      fc.property(fc.array(any, { minLength: 7, maxLength: 7 }), (states) => {
        const last = stationsOf({ state: 'running', stages: stages(states) })[5]
        const own = states.slice(5)
        if (own.includes('failed')) expect(last?.state).toBe('failed')
        const over = own.includes('done') && own.every((state) => state === 'done' || state === 'skipped')
        expect(last?.state === 'done').toBe(over)
      }),
    )
  })
})

const card: ClarifyCard = {
  id: 'c1',
  questions: [
    {
      id: 'target',
      question: 'Which column?',
      why: 'Two are likely',
      options: [
        { value: 'price', label: 'price', reason: 'its name' },
        { value: 'rooms', label: 'rooms', reason: 'last' },
      ],
      default: 'price',
    },
    {
      id: 'task',
      question: 'Kind?',
      why: '',
      options: [{ value: 'count', label: 'A count', reason: '' }],
      default: '',
    },
  ],
  deadline: '2026-01-01T00:05:00Z',
  answered_by: null,
  answers: null,
}

describe('a clarifying question', () => {
  it('begins with its defaults and counts down to none', () => {
    expect(defaultAnswers(card)).toEqual({ target: 'price', task: '' })
    expect(secondsLeft(card, new Date('2026-01-01T00:04:30Z'))).toBe(30)
    expect(secondsLeft(card, new Date('2026-01-01T01:00:00Z'))).toBe(0)
  })

  it('offers other columns only where a column is asked for', () => {
    expect(otherColumns(card, 'target', ['price', 'rooms', 'city'])).toEqual(['city'])
    expect(otherColumns(card, 'task', ['price'])).toEqual([])
  })

  it('reads back what was taken', () => {
    const answered = { ...card, answers: { target: 'city', task: 'count' } } satisfies ClarifyCard
    expect([answerWord(answered, 'target'), answerWord(answered, 'task')]).toEqual(['city', 'A count'])
    expect([answerWord(card, 'target'), answerWord(card, 'task')]).toEqual(['price', 'none'])
  })
})

describe('a request', () => {
  it('survives being taken up again', () => {
    const text = fc.option(fc.string(), { nil: null })
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(fc.string()),
        fc.nat(),
        fc.boolean(),
        fc.option(fc.boolean(), { nil: null }),
        fc.record({
          horizon: fc.option(fc.integer({ min: 1 }), { nil: null }),
          withoutRepairs: fc.array(fc.string()),
          repairs: fc.constantFrom('safe' as const, 'none' as const, null),
        }),
        fc.constantFrom({ falseAlarm: 1, miss: 5 }, { falseAlarm: null, miss: null }),
        (target, time, out, seed, ask, prose, more, costs) => {
          const draft = {
            ...emptyDraft,
            datasetId: 'd',
            target,
            time,
            leaveOut: out,
            seed,
            ask,
            prose,
            ...more,
            ...costs,
          }
          expect(draftOf(requestOf(draft))).toEqual(draft)
        },
      ),
    )
  })

  it('forgets what was said about columns of another dataset, and keeps the rest', () => {
    const draft = { ...emptyDraft, datasetId: 'a', target: 'x', leaveOut: ['y'], budget: 300 }
    expect(withDataset(draft, 'b')).toEqual({ ...emptyDraft, datasetId: 'b', budget: 300 })
    expect(withDataset(draft, 'a')).toBe(draft)
  })

  it('says what contradicts itself', () => {
    const draft = { ...emptyDraft, datasetId: 'd', target: 'y' }
    expect(problem(emptyDraft)).toMatch(/data/)
    expect(problem(draft)).toBeNull()
    expect(problem({ ...draft, leaveOut: ['y'] })).toMatch(/left out/)
    expect(problem({ ...draft, time: 'y' })).toMatch(/time/)
    expect(problem({ ...draft, group: 'y' })).toMatch(/group/)
    expect(problem({ ...draft, miss: 5 })).toMatch(/both errors/)
    expect(problem({ ...draft, miss: 5, falseAlarm: 1 })).toBeNull()
    expect(advancedCount({ ...draft, horizon: 3, miss: 5, falseAlarm: 1, repairs: 'safe' })).toBe(3)
    expect(advancedCount({ ...draft, leaveOut: ['a', 'b'], seed: 7, fits: 3 })).toBe(3)
  })
})

describe('the expected time', () => {
  it('names the search and what explaining it adds, which is bounded', () => {
    expect(expected(20)).toContain('after 20 s')
    expect(expected(20)).toContain('up to 5.0 s more')
    expect(expected(1800)).toContain('after 30 min')
    expect(expected(1800)).toContain('up to 10 s more')
  })
})
