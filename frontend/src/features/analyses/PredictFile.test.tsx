import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import type { FilePredictions, Modeling } from '../../api/analysis'
import { answer, refusal } from '../../testing/answers'
import { renderInPage } from '../../testing/render'
import { csvFile, downloadName, refusal as why, shown } from './filePredictions'
import { PredictFile } from './PredictFile'

const modeling = {
  task: { task: 'binary', target: 'churned', classes: ['no', 'yes'] },
} as unknown as Modeling
const told: FilePredictions = {
  rows: 250,
  columns: ['age', 'city', 'predicted churned', 'probability'],
  predicted: ['predicted churned', 'probability'],
  preview: [
    [31, null, 'yes', 0.812345],
    [44, 'Rome', 'no', 0.6],
  ],
  empty: { city: 1 },
  csv: 'age,city,predicted churned,probability\n31,,yes,0.812345\n',
}

afterEach(() => {
  vi.unstubAllGlobals()
})

function open(file: { status?: number; body: unknown }) {
  const datasets = [{ id: 'dts_1', name: 'shop.csv', state: 'ready' }]
  const asked = answer({
    '/api/datasets': { body: datasets },
    '/api/jobs/run_1/predict/file': file,
    '/api/jobs/run_1/predict/dataset': { body: told },
  })
  renderInPage(<PredictFile job={{ id: 'run_1', dataset_id: 'dts_1' }} modeling={modeling} />)
  return asked
}
const give = (content: string, name = 'new.csv') =>
  userEvent.upload(screen.getByLabelText('File to predict'), new File([content], name))

it('shows what was predicted before the columns of the file, and says what was missing', async () => {
  const asked = open({ body: told })
  await give('age,city\n31,\n44,Rome\n')
  const table = await screen.findByRole('region', { name: 'Predictions, table' })
  const rows = within(table).getAllByRole('row')
  expect(rows.map((row) => row.textContent)).toEqual([
    'predicted churnedprobabilityagecity',
    'yes0.812331–',
    'no0.644Rome',
  ])
  expect(screen.getByText('250 rows of new.csv predicted')).toBeVisible()
  expect(screen.getByText('Taken as missing: city in 1 row')).toBeVisible()
  expect(screen.getByText('The first 2 rows; the download has all of them.')).toBeVisible()
  expect(asked.at(-1)).toMatchObject({ method: 'POST', path: '/api/jobs/run_1/predict/file' })
})

it('predicts a dataset that is here already', async () => {
  const asked = open({ body: told })
  await userEvent.click(await screen.findByRole('combobox', { name: 'Or a dataset' }))
  await userEvent.click(await screen.findByRole('option', { name: 'shop.csv' }))
  await userEvent.click(screen.getByRole('button', { name: 'Predict it' }))
  expect(await screen.findByText('250 rows of shop.csv predicted')).toBeVisible()
  expect(asked.at(-1)?.body).toEqual({ dataset_id: 'dts_1' })
})

it('says why the service predicts nothing', async () => {
  open({ status: 400, body: refusal('INVALID_INPUT', 'The file lacks age.') })
  await give('city\nRome\n')
  expect(await screen.findByRole('alert')).toHaveTextContent('The file lacks age.')
})

it('sends nothing that would be refused anyway', async () => {
  const asked = open({ body: told })
  await give('', 'empty.csv')
  expect(await screen.findByRole('alert')).toHaveTextContent('empty.csv is empty')
  expect(asked.filter(({ method }) => method === 'POST')).toEqual([])
  expect(why({ name: 'big.csv', size: (32 << 20) + 1 })).toContain('larger than 32 MB')
  expect(why({ name: 'fits.csv', size: 32 << 20 })).toBeNull()
})

it('names the download after the file, and marks it as UTF-8', async () => {
  expect(downloadName('flights.csv.gz')).toBe('flights-predictions.csv')
  expect(downloadName('.csv')).toBe('file-predictions.csv')
  const bytes = new Uint8Array(await csvFile('a\nö\n').arrayBuffer())
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
})

it('keeps the order of the columns within what was predicted and what was given', () => {
  expect(shown(told).columns.map(({ name }) => name)).toEqual([
    'predicted churned',
    'probability',
    'age',
    'city',
  ])
})
