import type { Modeling } from '../../api/analysis'
import { Panel } from '../../components/Panel'
import { number } from '../../format/number'
import { IntervalLine } from './IntervalLine'
import { against, comparisons, type Comparison } from './outcome'
import table from './Search.module.css'
import { interval, measureAbout, measureName, measured } from './words'

const AGAINST = {
  better: 'Better than no model',
  alike: 'No surer than no model',
  worse: 'Worse than no model',
} as const

/** How good the model is on rows that it had not seen, with intervals, beside what no model reaches. */
export function Metrics({ modeling }: { modeling: Modeling }) {
  const { where, rows } = comparisons(modeling)
  const first = rows[0]
  if (!first) return null
  return (
    <Panel
      flush
      title={
        where === 'kept back'
          ? `On ${number(first.measure.rows)} rows kept back`
          : `On ${number(first.measure.rows)} rows, each judged by models that had not seen it`
      }
    >
      <div className={table.box} role="region" tabIndex={0} aria-label="Measures">
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">Measure</th>
              <th scope="col" data-numeric>
                Model, 95 of 100 resamples
              </th>
              <th scope="col" data-numeric>
                No model
              </th>
              <th scope="col" className={table.wide}>
                <span aria-hidden>● model, │ no model</span>
              </th>
              {where === 'kept back' && (
                <th scope="col" data-numeric className={table.wide}>
                  Within folds
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.measure.measure} row={row} folds={where === 'kept back'} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function Row({ row, folds }: { row: Comparison; folds: boolean }) {
  const { measure, baseline } = row
  const verdict = against(row)
  return (
    <tr>
      <th scope="row">
        <span className={table.name} title={measureAbout(measure.measure)}>
          {measureName(measure.measure)}
        </span>
        <span className={table.sub}>
          {measure.better === 'higher' ? 'Higher is better' : 'Lower is better'}
          {verdict && verdict !== 'better' && ` · ${AGAINST[verdict]}`}
        </span>
      </th>
      <td data-numeric>
        {measured(measure.measure, measure.value)}
        <span className={table.sub}>{interval(measure)}</span>
      </td>
      <td data-numeric>{baseline ? measured(baseline.measure, baseline.value) : '–'}</td>
      <td className={table.wide}>
        <IntervalLine
          of={measure}
          mark={baseline?.value ?? null}
          among={[measure.low, measure.high, measure.value, ...(baseline ? [baseline.value] : [])]}
        />
      </td>
      {folds && (
        <td data-numeric className={table.wide}>
          {row.folds ? measured(row.folds.measure, row.folds.value) : '–'}
        </td>
      )}
    </tr>
  )
}
