import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import type { Modeling } from '../../api/analysis'
import { answer, refusal } from '../../testing/answers'
import { renderInPage } from '../../testing/render'
import { Predict } from './Predict'

const role = (name: string, kind: string) => ({ name, role: kind, reason: '', distinct: 3, missing: 0 })
const modeling = {
  task: { task: 'binary', target: 'churned', reason: '', classes: ['no', 'yes'] },
  roles: [role('age', 'number'), role('city', 'category'), role('churned', 'target')],
} as unknown as Modeling

afterEach(() => {
  vi.unstubAllGlobals()
})

function open(predict: { status?: number; body: unknown }) {
  const asked = answer({
    '/api/datasets/dts_1/preview': {
      body: { columns: [{ name: 'city' }, { name: 'age' }, { name: 'churned' }], rows: [['Rome', 44, 'no']] },
    },
    '/api/jobs/run_1/predict': predict,
  })
  renderInPage(<Predict job={{ id: 'run_1', dataset_id: 'dts_1' }} modeling={modeling} explanation={null} />)
  return asked
}

const likely = {
  predictions: [{ value: 'yes', probability: 0.81, probabilities: { no: 0.19, yes: 0.81 } }],
  missing: ['city'],
}

it('sends what was typed, and says the prediction with its chances and what was missing', async () => {
  const asked = open({ body: likely })
  await userEvent.type(screen.getByRole('textbox', { name: 'age' }), '31')
  await userEvent.keyboard('{Enter}')
  const told = await screen.findByRole('group', { name: 'Prediction' })
  expect(told).toHaveTextContent('churned: yes with a probability of 81 %')
  expect(told).toHaveTextContent('yes 81 % · no 19 %')
  expect(told).toHaveTextContent('Taken as missing: city')
  expect(asked.at(-1)?.body).toEqual({ rows: [{ age: 31, city: null }] })
})

it('takes the first row of the table as an example, without its answer', async () => {
  const asked = open({ body: likely })
  const example = await screen.findByRole('button', { name: 'Fill in the first row' })
  await waitFor(() => expect(example).toBeEnabled())
  await userEvent.click(example)
  expect(screen.queryByRole('textbox', { name: 'churned' })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Predict' }))
  await screen.findByRole('group', { name: 'Prediction' })
  expect(asked.at(-1)?.body).toEqual({ rows: [{ age: 44, city: 'Rome' }] })
})

it('says why nothing was predicted', async () => {
  open({ status: 409, body: refusal('CONFLICT', 'The analysis has no model.') })
  await userEvent.click(screen.getByRole('button', { name: 'Predict' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('The analysis has no model.')
})
