import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../../api/errors'
import type { DatasetView } from '../../api/types'
import { reduceUploads, refusal, type Action, type Upload } from './uploads'

const fresh: Upload = { id: 1, name: 'a.csv', size: 100, progress: 0, state: 'sending' }
const dataset: DatasetView = {
  id: 'ds',
  name: 'a',
  layer: 'bronze',
  state: 'profiling',
  failure: null,
  rows: null,
  columns: null,
  size_bytes: null,
  version: null,
  run_id: 'run',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
}
const error = new ApiError(413, { code: 'TOO_LARGE', message: 'too large' })

const action: fc.Arbitrary<Action> = fc.oneof(
  fc
    .double({ min: 0, max: 1.5, noNaN: true })
    .map((progress): Action => ({ type: 'progress', id: 1, progress })),
  fc.constantFrom<Action>(
    { type: 'done', id: 1, dataset },
    { type: 'failed', id: 1, error },
    { type: 'cancelled', id: 1 },
    { type: 'progress', id: 2, progress: 0.5 },
  ),
)

describe('an upload', () => {
  it('never goes back, and never changes once it has ended', () => {
    fc.assert(
      fc.property(fc.array(action), (actions) => {
        let [before] = [fresh]
        for (const next of actions) {
          const [after] = reduceUploads([before], next)
          if (!after) throw new Error('an upload vanished')
          expect(after.progress).toBeGreaterThanOrEqual(before.progress)
          expect(after.progress).toBeLessThanOrEqual(1)
          if (!['sending', 'storing'].includes(before.state)) expect(after).toBe(before)
          before = after
        }
      }),
    )
  })

  it('is being stored once its last byte is sent', () => {
    expect(reduceUploads([fresh], { type: 'progress', id: 1, progress: 1 })[0]?.state).toBe('storing')
  })

  it('can be dismissed only when it has ended', () => {
    expect(reduceUploads([fresh], { type: 'dismissed', id: 1 })).toHaveLength(1)
    expect(reduceUploads([{ ...fresh, state: 'failed', error }], { type: 'dismissed', id: 1 })).toHaveLength(
      0,
    )
  })
})

describe('before anything is sent', () => {
  it('an empty file is refused', () => {
    expect(refusal({ name: 'a.csv', size: 0 }, 100)?.code).toBe('EMPTY_FILE')
  })

  it('a file over the limit is refused with both sizes', () => {
    const refused = refusal({ name: 'a.csv', size: 3 * 1024 * 1024 }, 2)
    expect(refused?.code).toBe('TOO_LARGE')
    expect(refused?.message).toMatch(/3\.1 MB.*2 MB/)
  })

  it('others may go, also while the limit is not known', () => {
    expect(refusal({ name: 'a.csv', size: 5 }, 1)).toBeUndefined()
    expect(refusal({ name: 'a.csv', size: 5e9 }, undefined)).toBeUndefined()
  })
})
