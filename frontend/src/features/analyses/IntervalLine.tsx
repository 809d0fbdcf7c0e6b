import classes from './Outcome.module.css'
import { placed } from './outcome'

const WIDTH = 160
const EDGE = 8

interface Props {
  of: { value: number; low: number; high: number }
  /** What it is compared with, as a stroke across the line. */
  mark: number | null
  /** Every value that has to have room on the line. */
  among: readonly number[]
}

/** An interval on one line; the numbers beside it say the same. */
export function IntervalLine({ of, mark, among }: Props) {
  const at = placed(among)
  const x = (value: number) => EDGE + at(value) * (WIDTH - 2 * EDGE)
  return (
    <svg viewBox={`0 0 ${WIDTH} 22`} className={classes.line} aria-hidden>
      <line x1={EDGE} x2={WIDTH - EDGE} y1={11} y2={11} />
      <line className={classes.reach} x1={x(of.low)} x2={x(of.high)} y1={11} y2={11} />
      <circle cx={x(of.value)} cy={11} r={4.5} />
      {mark !== null && <path d={`M${x(mark)} 3V19`} />}
    </svg>
  )
}
