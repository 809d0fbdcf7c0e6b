import type { ColumnStatistics } from '../../api/types'
import { number, percent } from '../../format/number'
import { bars, describeBars, figure } from './figures'
import classes from './Distribution.module.css'

const WIDTH = 128
const HEIGHT = 28

/** A column's distribution at a glance. */
export function Sparkline({ column }: { column: ColumnStatistics }) {
  const { shape, bars: all } = bars(column, 12)
  if (shape === 'none') return <span className={classes.none}>–</span>
  const step = WIDTH / all.length
  const gap = step > 4 ? 1 : 0
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={describeBars(column)}
      className={classes.spark}
      data-shape={shape}
    >
      {all.map((bar, i) => {
        const height = bar.count === 0 ? 0 : Math.max(1.5, bar.size * (HEIGHT - 1))
        return (
          <rect key={i} x={i * step} y={HEIGHT - height} width={Math.max(1, step - gap)} height={height}>
            <title>{`${bar.label}: ${number(bar.count)}`}</title>
          </rect>
        )
      })}
    </svg>
  )
}

/** The whole histogram with its axis. */
export function Histogram({ column }: { column: ColumnStatistics }) {
  const { bars: all } = bars(column)
  return (
    <figure className={classes.histogram}>
      <div className={classes.bars} role="img" aria-label={describeBars(column)}>
        {all.map((bar) => (
          <span
            key={bar.label}
            title={`${bar.label}: ${number(bar.count)} rows`}
            style={{ height: `${bar.count === 0 ? 0 : Math.max(1, bar.size * 100)}%` }}
          />
        ))}
      </div>
      <figcaption className="num">
        <span>{figure(column.minimum)}</span>
        <span>{figure(column.maximum)}</span>
      </figcaption>
    </figure>
  )
}

/** The most frequent values with their share of the rows that are not empty. */
export function TopValues({ column, most = 20 }: { column: ColumnStatistics; most?: number }) {
  const values = column.top_values.slice(0, most)
  const top = Math.max(1e-9, ...values.map((value) => value.share))
  return (
    <ol className={classes.values} aria-label="Most frequent values">
      {values.map((value) => {
        const text = value.value === null ? 'empty' : String(value.value)
        return (
          <li key={text}>
            <span className={classes.value} title={text}>
              {text === '' ? '“”' : text}
            </span>
            <span className={classes.track} aria-hidden>
              <span style={{ width: `${(value.share / top) * 100}%` }} />
            </span>
            <span className="num">{number(value.count)}</span>
            <span className={`num ${classes.share ?? ''}`}>{percent(value.share)}</span>
          </li>
        )
      })}
    </ol>
  )
}

/** How much of a column is empty. */
export function NullsBar({ share, count }: { share: number; count: number }) {
  return (
    <span className={classes.nulls} title={`${number(count)} empty`}>
      <span className={classes.nullsTrack} aria-hidden>
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <span className="num">{count === 0 ? 'none' : percent(share)}</span>
    </span>
  )
}
