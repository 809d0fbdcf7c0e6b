import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import type { ClarifyCard as Card, JobView } from '../../api/analysis'
import { answer, refusal } from '../../testing/answers'
import { renderInPage } from '../../testing/render'
import { Answered, ClarifyCard } from './ClarifyCard'

const card: Card = {
  id: 'cla_1',
  questions: [
    {
      id: 'target',
      question: 'Which column should be predicted?',
      why: 'Two are nearly as likely.',
      options: [
        { value: 'price', label: 'price', reason: 'its name is usually asked for' },
        { value: 'rooms', label: 'rooms', reason: 'it is the last column' },
      ],
      default: 'price',
    },
  ],
  deadline: new Date(Date.now() + 3_600_000).toISOString(),
  answered_by: null,
  answers: null,
}
const job = { id: 'run_1', dataset_id: 'dts_1' } as JobView

afterEach(() => {
  vi.unstubAllGlobals()
})

function open(clarify: { status?: number; body: unknown } = { body: job }) {
  const asked = answer({
    '/api/datasets/dts_1/statistics': { body: { columns: [{ name: 'price' }, { name: 'city' }] } },
    '/api/clarify': clarify,
  })
  renderInPage(<ClarifyCard job={job} card={card} />)
  return asked
}
const sent = (asked: ReturnType<typeof open>) => asked.filter(({ path }) => path === '/api/clarify')

it('has its default marked, and sends what the keyboard chose', async () => {
  const asked = open()
  const first = screen.getByRole('radio', { name: /price/ })
  expect(first).toBeChecked()
  expect(first).toHaveAccessibleName(/default/)
  expect(screen.getByRole('timer')).toHaveTextContent(/left/)
  first.focus()
  await userEvent.keyboard('{ArrowDown}')
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }))
  await waitFor(() => expect(sent(asked)).toHaveLength(1))
  expect(sent(asked)[0]?.body).toEqual({ job_id: 'run_1', clarify_id: 'cla_1', answers: { target: 'rooms' } })
})

it('takes any other column of the table', async () => {
  const asked = open()
  await userEvent.click(await screen.findByRole('combobox', { name: /Another column/ }))
  await userEvent.click(await screen.findByRole('option', { name: 'city', hidden: true }))
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }))
  await waitFor(() => expect(sent(asked)).toHaveLength(1))
  expect(sent(asked)[0]?.body).toMatchObject({ answers: { target: 'city' } })
})

it('takes the default at one click, whatever is marked', async () => {
  const asked = open()
  await userEvent.click(screen.getByRole('radio', { name: /rooms/ }))
  await userEvent.click(screen.getByRole('button', { name: 'Take the default' }))
  await waitFor(() => expect(sent(asked)).toHaveLength(1))
  expect(sent(asked)[0]?.body).toMatchObject({ answers: { target: 'price' } })
})

it('says so when the analysis has gone on meanwhile', async () => {
  open({ status: 409, body: refusal('CONFLICT', 'The default was taken already.') })
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('The default was taken already.')
})

it('says afterwards who answered, and what', () => {
  renderInPage(<Answered card={{ ...card, answered_by: 'default', answers: { target: 'price' } }} />)
  expect(screen.getByText(/Nobody answered; the default was taken: .* price/)).toBeInTheDocument()
})
