import { expect, test } from 'vitest'
import type { ReadDecision, ReadOptions } from '../../api/types'
import { overruled } from './ReadDecisions'

const said: ReadOptions = { encoding: 'cp1252', types: { id: 'text' } }
const decided = (option: ReadDecision['option'], column: string | null = null): ReadDecision => ({
  what: 'x',
  value: 'y',
  note: '',
  option,
  column,
  chosen: '',
  confidence: 'likely',
  alternatives: [],
})

test('one decision is overruled and what was said before stays', () => {
  expect(overruled(said, decided('delimiter'), ';')).toEqual({ ...said, delimiter: ';' })
  expect(overruled(said, decided('header_rows'), '0')).toEqual({ ...said, header_rows: 0 })
  expect(overruled(said, decided('types', 'day'), 'date')).toEqual({
    encoding: 'cp1252',
    types: { id: 'text', day: 'date' },
  })
  expect(overruled(said, decided(null), 'x')).toBe(said)
})
