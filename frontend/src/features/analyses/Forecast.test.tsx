import { screen, within } from '@testing-library/react'
import { expect, it, vi } from 'vitest'
import type { ForecastMethod, Forecasting, SeriesForecast } from '../../api/analysis'
import { renderInPage } from '../../testing/render'
import { chartOf, outlook, trials, trialsVerdict } from './forecast'
import { Forecast } from './Forecast'

vi.mock('../../components/plot/Chart', () => ({
  Chart: ({ label }: { label: string }) => <div role="img" aria-label={label} />,
}))

const method = (name: string, smape: number): ForecastMethod => ({
  name,
  about: `about ${name}`,
  mase: smape / 5,
  error: 0.05,
  smape,
  last_mase: smape / 4,
  last_smape: smape + 1,
  origins: 8,
  series: 1,
})
const series = (name: string, level: number): SeriesForecast => ({
  series: name,
  history: [
    ['2024-01-01', 100],
    ['2024-01-02', level],
    ['2024-01-03', level],
  ],
  ahead: ['2024-01-04', '2024-01-05'].map((when) => ({
    when,
    value: level + 10,
    low80: level,
    high80: level + 20,
    low90: level - 5,
    high90: level + 25,
  })),
})
const forecasting: Forecasting = {
  version: 1,
  target: 'sold',
  time: 'day',
  series_column: null,
  step: 'day',
  step_seconds: 86_400,
  season: 7,
  season_reason: 'changes come again after 7 days',
  horizon: 2,
  series: 1,
  judged_series: 1,
  length: 3,
  filled: 0,
  chosen: 'theta',
  methods: [method('theta', 3), method('seasonal naive', 6), method('new one', 4)],
  coverage: [{ level: 0.9, held: 0.88, values: 16 }],
  forecasts: [series('', 50)],
  notes: ['A season of the year was not looked for.'],
  seconds: 1,
}

it('says what is expected beside what was, how far its ranges hold, and every value', () => {
  renderInPage(<Forecast forecasting={forecasting} />)
  const first = screen.getByRole('region', { name: 'The next 2 days of sold' })
  expect(first).toHaveTextContent(
    'Over the next 2 days, up to 2024-01-05, sold is expected to be 60 on average; it was 50 over the 2 before.',
  )
  expect(first).toHaveTextContent(/Of 16 values at earlier moments, ranges meant to hold 90.% held 88.%/)
  const rows = within(screen.getByRole('region', { name: 'Values of the forecast', hidden: true }))
  expect(rows.getAllByRole('row', { hidden: true })).toHaveLength(3)
  expect(first).toHaveTextContent('50 to 70')
  expect(screen.getByText('A season of the year was not looked for.')).toBeInTheDocument()
})

it('holds every method against repeating the past', () => {
  renderInPage(<Forecast forecasting={forecasting} />)
  const tried = screen.getByRole('region', { name: 'Tried where the answer is known' })
  expect(tried).toHaveTextContent(/theta\)” was off by 3.%, repeating the past by 6.%/)
  expect(within(tried).getByRole('row', { name: /taken/ })).toHaveTextContent('× 0.5')
  expect(within(tried).getByRole('row', { name: /new one/ })).toHaveTextContent('× 0.67')
  const naive = { ...forecasting, chosen: 'seasonal naive' }
  expect(trialsVerdict(naive)).toMatch(/no method did better than repeating the past, off by 6.%/)
  expect(trials({ ...naive, methods: [method('theta', 3)] })[0]?.beside).toBeNull()
})

it('shows one of several series at a time', () => {
  renderInPage(
    <Forecast
      forecasting={{
        ...forecasting,
        series_column: 'shop',
        series: 2,
        forecasts: [series('north', 50), series('south', 90)],
      }}
    />,
  )
  expect(screen.getByRole('combobox', { name: 'shop' })).toHaveValue('north')
  expect(screen.getByRole('img', { name: /sold of north/ })).toBeInTheDocument()
  expect(screen.getByText(/2 series, one for each shop/)).toBeInTheDocument()
})

it('draws the forecast from the last known value on, inside of its ranges', () => {
  const { data } = chartOf(series('', 50), 'sold', '#0b6762')
  const [low90, high90, , high80, past, ahead] = data
  expect(past).toMatchObject({ name: 'what was', y: [100, 50, 50] })
  expect(ahead).toMatchObject({ x: ['2024-01-03', '2024-01-04', '2024-01-05'], y: [50, 60, 60] })
  expect(low90).toMatchObject({ y: [50, 45, 45] })
  expect(high90).toMatchObject({ y: [50, 75, 75], fill: 'tonexty' })
  expect(high80).toMatchObject({ y: [50, 70, 70], fill: 'tonexty' })
  expect(outlook(series('', 50))).toEqual({ next: 60, before: 50, steps: 2 })
})
