import { expect, it } from 'vitest'
import type { Answer } from '../../../api/types'
import { answerText } from './answerText'

const answer: Answer = {
  sentence: 'Average fare is highest for first class (84.15).',
  base: '891 rows',
  numbers: [{ label: 'first class', value: 84.15, text: '84.15' }],
  checks: [{ name: 'shape', passed: true, detail: 'as planned' }],
  followups: ['and by sex?'],
  stated_by: 'rule',
  notice: '',
}

it('tells question, answer, what it rests on, figures and where to check it', () => {
  expect(answerText({ question: 'average fare by class', answer, address: 'http://x/ask/s?turn=t' })).toBe(
    [
      'average fare by class',
      'Average fare is highest for first class (84.15).\n891 rows',
      'first class: 84.15',
      'http://x/ask/s?turn=t',
    ].join('\n\n'),
  )
})

it('never hands out an answer without the checks that it failed', () => {
  const failed = { ...answer, numbers: [], checks: [{ name: 'total', passed: false, detail: '3 of 4' }] }
  expect(answerText({ question: 'q', answer: failed, address: 'a' })).toContain('Check failed: total, 3 of 4')
})
