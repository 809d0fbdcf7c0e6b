import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { AnalysisResult, Wording } from '../../api/analysis'
import { renderInPage } from '../../testing/render'
import { toldOf } from './wording'
import { WordedBy } from './WordedBy'

const wording: Wording = {
  version: 1,
  by: 'model',
  reason: 'Worded by compatible/tiny; every sentence was checked.',
  model: 'compatible/tiny',
  asked: [
    { text: 'Is it gone?', fact: 'F1' },
    { text: 'There are 9 rows.', fact: 'F2' },
  ],
  found: [{ text: '<b>83%</b> of rows.', fact: 'F3' }],
  sure: [{ text: 'Between 80% and 86%.', fact: 'F4' }],
  do: [{ text: 'First: Leave it out.', fact: 'F5' }],
  facts: { F1: 'predict whether “left” is “gone”', F5: 'Leave it out.' },
  calls: 1,
  input_tokens: 1500,
  output_tokens: 200,
  cost_usd: '0.0042',
}
const result: AnalysisResult['result'] = {
  version: 1,
  name: 'shop.csv',
  asked: 'By rules: is it gone?',
  found: 'By rules: 83.1%.',
  sure: 'By rules: between.',
  do: ['Leave it out.'],
  verdict: 'pass',
  stages: [],
  files: [],
  wording,
}

const outcome: Pick<AnalysisResult, 'result' | 'critique'> = {
  result,
  critique: {
    version: 1,
    verdict: 'pass',
    asked: [],
    remarks: [
      {
        code: 'leak',
        severity: 'warning',
        detail: 'It knows the answer.',
        do_this: 'Leave it out.',
        remedy: { field: 'leave_out', columns: ['state'] },
      },
    ],
  },
}

it('tells the first screen in the words of the model, with where this page offers what it advises', () => {
  expect(toldOf(outcome)).toEqual({
    asked: 'Is it gone? There are 9 rows.',
    found: '<b>83%</b> of rows.',
    sure: 'Between 80% and 86%.',
    todo: ['First: Leave it out. Run it again with “Advanced → Leave out”: state.'],
  })
  const refused = { ...wording, by: 'rules' as const }
  expect(toldOf({ ...outcome, result: { ...result, wording: refused } }).asked).toBe('By rules: is it gone?')
})

it('says who worded it for what price, with the words of the rules behind it', () => {
  renderInPage(<WordedBy jobId="run_1" outcome={outcome} wording={wording} />)
  expect(screen.getByText(/Worded by compatible\/tiny/)).toHaveTextContent('1 call, 0.0042 USD')
  const facts = screen.getAllByRole('list', { hidden: true })[1]
  expect(facts && within(facts).getByText('predict whether “left” is “gone”')).toBeTruthy()
  expect(screen.getByText('By rules: 83.1%.')).toBeInTheDocument()
  expect(screen.getByRole('link', { hidden: true })).toHaveAttribute(
    'href',
    '/api/jobs/run_1/files/model-calls.json',
  )
})

it('says why the rules word it where a model was asked in vain', () => {
  const refused: Wording = { ...wording, by: 'rules', reason: 'What tiny wrote was not used.' }
  renderInPage(<WordedBy jobId="run_1" outcome={outcome} wording={refused} />)
  expect(screen.getByText('What tiny wrote was not used.')).toBeVisible()
  expect(screen.queryByRole('link')).toBeNull()
})
