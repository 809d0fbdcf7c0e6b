/** What a series is told ahead to be, as a chart, and how the methods did where the answer is known. */
import type { ForecastMethod, Forecasting, SeriesForecast } from '../../api/analysis'
import type { Figure } from '../../api/types'
import { number, percent, plural } from '../../format/number'
import { score } from './words'

export const REPEATED = 'seasonal naive'

const NAMES: Record<string, string> = {
  [REPEATED]: 'Repeating the past',
  theta: 'Level and half of the trend (theta)',
  'exponential smoothing': 'Exponential smoothing',
  autoregression: 'Autoregression',
  'boosted lags': 'Boosted trees over earlier values',
  'mean of three': 'Mean of three methods',
  'season of the year': 'Season of the year',
}
/** A method that this page does not know keeps its own name. */
export const methodName = (name: string): string => NAMES[name] ?? name

const round = (value: number): number => Number(value.toPrecision(4))

/** An error in percent, as it is told. */
export const off = (smape: number): string => percent(smape / 100)

/** The mean of what comes beside that of as many values before it. */
export function outlook({ history, ahead }: SeriesForecast): { next: number; before: number; steps: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const last = history.slice(-ahead.length).map(([, value]) => value)
  return { next: mean(ahead.map(({ value }) => value)), before: mean(last), steps: last.length }
}

/** The whole in two sentences. */
export function verdictOf(forecasting: Forecasting, one: SeriesForecast): string {
  const { next, before, steps } = outlook(one)
  const last = one.ahead.at(-1)?.when ?? ''
  return `Over the next ${plural(forecasting.horizon, forecasting.step)}, up to ${last}, ${forecasting.target} is expected to be ${score(next)} on average; it was ${score(before)} over the ${number(steps)} before.`
}

export interface Trial {
  method: ForecastMethod
  chosen: boolean
  repeated: boolean
  /** The error beside that of repeating the past, both in percent of the values: below 1 is better. */
  beside: number | null
}

/** The methods, the chosen one first, each beside repeating the past. */
export function trials({ methods, chosen }: Pick<Forecasting, 'methods' | 'chosen'>): Trial[] {
  const naive = methods.find(({ name }) => name === REPEATED)
  return methods.map((method) => ({
    method,
    chosen: method.name === chosen,
    repeated: method.name === REPEATED,
    beside: naive && naive.smape > 0 ? method.smape / naive.smape : null,
  }))
}

/** Whether the chosen method is worth more than repeating the past. */
export function trialsVerdict(forecasting: Pick<Forecasting, 'methods' | 'chosen'>): string {
  const all = trials(forecasting)
  const best = all.find(({ chosen }) => chosen)
  const naive = all.find(({ repeated }) => repeated)
  if (!best || !naive) return ''
  const tried = `From ${plural(best.method.origins, 'earlier moment')} on, where what came is known`
  if (best.repeated)
    return `${tried}, no method did better than repeating the past, off by ${off(naive.method.smape)}.`
  return `${tried}, “${methodName(best.method.name)}” was off by ${off(best.method.smape)}, repeating the past by ${off(naive.method.smape)}.`
}

const BAND = { type: 'scatter', mode: 'lines', line: { width: 0 }, hoverinfo: 'skip' } as const

/** The history as a line; from its last value on the forecast, dashed, inside of its two ranges. */
export function chartOf(one: SeriesForecast, target: string, accent: string): Figure {
  const [when, value] = one.history.at(-1) ?? ['', 0]
  const start = { when, value, low80: value, high80: value, low90: value, high90: value }
  const ahead = [start, ...one.ahead]
  const x = ahead.map((step) => step.when)
  const band = (low: number[], high: number[], name: string, alpha: string) => [
    { ...BAND, x, y: low.map(round), showlegend: false },
    { ...BAND, x, y: high.map(round), fill: 'tonexty', fillcolor: `${accent}${alpha}`, name },
  ]
  return {
    data: [
      ...band(
        ahead.map(({ low90 }) => low90),
        ahead.map(({ high90 }) => high90),
        'holds 90 of 100',
        '24',
      ),
      ...band(
        ahead.map(({ low80 }) => low80),
        ahead.map(({ high80 }) => high80),
        'holds 80 of 100',
        '30',
      ),
      {
        type: 'scatter',
        mode: 'lines',
        name: 'what was',
        legendrank: 1,
        x: one.history.map(([moment]) => moment),
        y: one.history.map(([, known]) => known),
        line: { color: accent, width: 2 },
      },
      {
        type: 'scatter',
        mode: 'lines',
        name: 'forecast',
        legendrank: 2,
        x,
        y: ahead.map((step) => round(step.value)),
        line: { color: accent, width: 2, dash: 'dot' },
      },
    ],
    layout: {
      yaxis: { title: { text: target } },
      legend: { orientation: 'h', traceorder: 'normal' },
      hovermode: 'x unified',
    },
  }
}
