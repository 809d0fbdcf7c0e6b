import { screen, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Gap, Rate, Slices } from '../../api/analysis'
import { renderInPage } from '../../testing/render'
import { compared, verdictOf } from './fairness'
import { Fairness } from './Fairness'

const rate = (name: string, value: number): Rate => ({
  name,
  about: `about ${name}`,
  value,
  low: value - 0.05,
  high: value + 0.05,
  error: 0.025,
})
const gap = (name: string, sure: boolean): Gap => ({
  name,
  about: `about ${name}`,
  lowest: 'women',
  highest: 'men',
  value: 0.2,
  low: 0.1,
  high: 0.3,
  sure,
  ratio: name === 'chosen' ? 0.6 : null,
})
const slices: Slices = {
  column: 'sex',
  kind: 'values',
  threshold: 0.5,
  groups: [
    {
      group: 'women',
      rows: 400,
      truth: 0.4,
      rates: [rate('accuracy', 0.9), rate('chosen', 0.3)],
      small: false,
    },
    {
      group: 'men',
      rows: 500,
      truth: 0.42,
      rates: [rate('accuracy', 0.91), rate('chosen', 0.5)],
      small: false,
    },
    { group: 'unknown', rows: 9, truth: 0.5, rates: [rate('accuracy', 0.7)], small: true },
  ],
  gaps: [gap('accuracy', false), gap('chosen', true)],
  note: 'Too few rows to judge: unknown.',
}

it('puts differences beyond chance first, with the interval of the difference in points', () => {
  renderInPage(<Fairness slices={slices} />)
  const [, first, second] = screen.getAllByRole('heading')
  expect([first?.textContent, second?.textContent]).toEqual(['Told yes', 'Named right'])
  const told = screen.getByRole('region', { name: 'Told yes' })
  expect(told).toHaveTextContent('Differs, beyond chance')
  expect(told).toHaveTextContent(
    'Lowest for women, highest for men: 20 points apart (between 10 points and 30 points; ratio 0.6).',
  )
  expect(screen.getByRole('region', { name: 'Named right' })).toHaveTextContent('May be chance')
})

it('has each group with its value, interval and rows, and says which are too small', () => {
  renderInPage(<Fairness slices={slices} />)
  const table = screen.getByRole('region', { name: 'Named right, by group' })
  const rows = within(table).getAllByRole('row').slice(1)
  expect(rows.map((row) => row.textContent)).toEqual([
    'women40090\u00a0%85\u00a0% to 95\u00a0%',
    'men50091\u00a0%86\u00a0% to 96\u00a0%',
    'unknowntoo few to judge970\u00a0%65\u00a0% to 75\u00a0%',
  ])
})

it('says in a sentence what is beyond chance, and never that there is no difference', () => {
  expect(verdictOf(slices)).toBe(
    'Between groups of sex, 1 of 2 measures differ by more than chance gives: told yes. The widest: told yes, lower for women than for men by 20 points.',
  )
  const calm = { ...slices, gaps: slices.gaps.map((each) => ({ ...each, sure: false })) }
  expect(verdictOf(calm)).toContain('no proof that there is none')
  expect(verdictOf({ ...slices, groups: slices.groups.slice(1) })).toContain('Too few rows')
})

it('compares a measure only among the groups that have it', () => {
  expect(compared(slices).map(({ name, groups }) => [name, groups.length])).toEqual([
    ['chosen', 2],
    ['accuracy', 3],
  ])
})

it('says why nothing could be compared', () => {
  const note = 'name has 900 different values, expected at most 50 groups.'
  renderInPage(<Fairness slices={{ ...slices, groups: [], gaps: [], note }} />)
  expect(screen.getByText(note)).toBeVisible()
})
