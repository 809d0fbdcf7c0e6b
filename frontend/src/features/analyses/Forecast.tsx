import { Select, Text, useComputedColorScheme } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Forecasting, SeriesForecast } from '../../api/analysis'
import { Panel } from '../../components/Panel'
import { Chart } from '../../components/plot/Chart'
import { number, percent, plural } from '../../format/number'
import { palette } from '../../theme/palette'
import { chartOf, methodName, off, trials, trialsVerdict, verdictOf } from './forecast'
import classes from './Groups.module.css'
import outcome from './Outcome.module.css'
import table from './Search.module.css'
import { ends, score, spread } from './words'

/** What comes along time, how sure that is, and how methods did where what came is known. */
export function Forecast({ forecasting }: { forecasting: Forecasting }) {
  const [chosen, setChosen] = useState(0)
  const one = forecasting.forecasts[chosen] ?? forecasting.forecasts[0]
  if (!one) return null
  return (
    <>
      <Panel title={`The next ${plural(forecasting.horizon, forecasting.step)} of ${forecasting.target}`}>
        {forecasting.forecasts.length > 1 && (
          <Select
            mb="sm"
            maw={320}
            label={forecasting.series_column ?? 'Series'}
            allowDeselect={false}
            value={String(chosen)}
            onChange={(place) => setChosen(Number(place))}
            data={forecasting.forecasts.map(({ series }, index) => ({ value: String(index), label: series }))}
          />
        )}
        <Text style={{ overflowWrap: 'anywhere' }}>{verdictOf(forecasting, one)}</Text>
        <Coverage forecasting={forecasting} />
        <Picture one={one} target={forecasting.target} />
        <details className={classes.values}>
          <summary>The values of the forecast</summary>
          <Values one={one} />
        </details>
      </Panel>
      <Backtest forecasting={forecasting} />
      <Basis forecasting={forecasting} />
    </>
  )
}

/** How far the ranges can be believed. */
function Coverage({ forecasting: { coverage } }: { forecasting: Forecasting }) {
  if (coverage.length === 0)
    return (
      <Text size="sm" c="dimmed" mt={6}>
        The history is too short to try whether its ranges hold.
      </Text>
    )
  const held = coverage.map(
    (each) => `ranges meant to hold ${percent(each.level)} held ${percent(each.held)}`,
  )
  return (
    <Text size="sm" c="dimmed" mt={6}>
      Of {plural(coverage[0]?.values ?? 0, 'value')} at earlier moments, {held.join(', ')}.
    </Text>
  )
}

function Picture({ one, target }: { one: SeriesForecast; target: string }) {
  const { accent } = palette[useComputedColorScheme('light')]
  const figure = useMemo(() => chartOf(one, target, accent), [one, target, accent])
  const name = one.series ? `${target} of ${one.series}` : target
  return (
    <div className={classes.chart}>
      <Chart figure={figure} label={`${name}: what was and what is expected`} />
    </div>
  )
}

function Values({ one }: { one: SeriesForecast }) {
  return (
    <div className={table.box} role="region" tabIndex={0} aria-label="Values of the forecast">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col" data-numeric>
              Forecast
            </th>
            <th scope="col" data-numeric>
              Holds 80 of 100
            </th>
            <th scope="col" data-numeric>
              Holds 90 of 100
            </th>
          </tr>
        </thead>
        <tbody>
          {one.ahead.map((step) => (
            <tr key={step.when}>
              <th scope="row">{step.when}</th>
              <td data-numeric>{score(step.value)}</td>
              <td data-numeric>{ends(score(step.low80), score(step.high80))}</td>
              <td data-numeric>{ends(score(step.low90), score(step.high90))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Backtest({ forecasting }: { forecasting: Forecasting }) {
  return (
    <Panel flush title="Tried where the answer is known">
      <div className={classes.read}>
        <p>{trialsVerdict(forecasting)}</p>
        <p>
          Each method saw the history up to such a moment only, and had to tell the{' '}
          {plural(forecasting.horizon, forecasting.step)} after it. The method was chosen on all of these
          moments but the latest, which judges it.
        </p>
      </div>
      <div className={table.box} role="region" tabIndex={0} aria-label="Methods, tried at earlier moments">
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Method</th>
              <th scope="col" data-numeric>
                Off by
              </th>
              <th scope="col" data-numeric>
                Beside repeating
              </th>
              <th scope="col" data-numeric className={table.wide}>
                MASE
              </th>
              <th scope="col" data-numeric>
                Off by, latest
              </th>
            </tr>
          </thead>
          <tbody>
            {trials(forecasting).map(({ method, chosen, repeated, beside }) => (
              <tr key={method.name} data-baseline={repeated || undefined}>
                <th scope="row">
                  <span className={table.name}>{methodName(method.name)}</span>
                  {chosen && <span className={table.baseline}>taken</span>}
                  <span className={table.sub}>{method.about}</span>
                </th>
                <td data-numeric>{off(method.smape)}</td>
                <td data-numeric>{beside === null ? '–' : `× ${number(Number(beside.toFixed(2)))}`}</td>
                <td data-numeric className={table.wide}>
                  {score(method.mase)} <span className={table.spread}>± {spread(method.error)}</span>
                </td>
                <td data-numeric>{off(method.last_smape)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function Basis({ forecasting }: { forecasting: Forecasting }) {
  const { season_reason, series, series_column, length, step, filled, judged_series, notes } = forecasting
  const reason = season_reason.charAt(0).toUpperCase() + season_reason.slice(1)
  return (
    <Panel title="What it rests on">
      <ul className={outcome.checks}>
        <li>
          <span>
            {series_column
              ? `${plural(series, 'series', 'series')}, one for each ${series_column}, the longest of `
              : 'One series of '}
            {plural(length, step)}
            {filled > 0 && `; ${number(filled)} missing ones were filled between their neighbours`}.
          </span>
        </li>
        <li>
          <span>{reason}.</span>
        </li>
        {judged_series < series && (
          <li>
            <span>Methods were tried on {plural(judged_series, 'series', 'series')}.</span>
          </li>
        )}
        {notes.map((note) => (
          <li key={note}>
            <span>{note}</span>
          </li>
        ))}
      </ul>
      <Text size="sm" c="dimmed" mt="sm">
        “Off by” is the mean distance from what came, in percent of both (sMAPE). MASE is that distance beside
        the one of repeating the past within the history: below 1 is better. A forecast goes on with what was;
        it knows of nothing new.
      </Text>
    </Panel>
  )
}
