import { Progress as Bar } from '@mantine/core'
import type { Progress } from '../../api/analysis'
import { Panel } from '../../components/Panel'
import { duration, number, plural } from '../../format/number'
import { boardOf, budgetUsed } from './ranks'
import { Leaderboard } from './Leaderboard'
import classes from './Search.module.css'
import { measureName, score } from './words'

/** How far the search for a model is: its budget, the best so far, and what no model reaches. */
export function Search({ progress }: { progress: Progress }) {
  const used = budgetUsed(progress)
  const total = progress.budget_fits
    ? `${number(progress.fits)} of ${plural(progress.budget_fits, 'fit')}`
    : progress.budget_s
      ? `${duration(progress.seconds)} of ${duration(progress.budget_s)}`
      : duration(progress.seconds)
  return (
    <Panel title="Search for a model">
      <dl className={classes.figures}>
        <div>
          <dt>Best so far, {measureName(progress.metric)}</dt>
          <dd>{score(progress.best)}</dd>
        </div>
        <div>
          <dt>Without a model</dt>
          <dd>{score(progress.baseline)}</dd>
        </div>
        <div>
          <dt>Fits</dt>
          <dd>{number(progress.fits)}</dd>
        </div>
      </dl>
      {used !== null && (
        <Bar.Root transitionDuration={200}>
          <Bar.Section value={used * 100} aria-label="Budget used" aria-valuetext={total} />
        </Bar.Root>
      )}
      <div className={classes.note}>
        <span aria-live="polite">{progress.phase}</span>
        <span>{total}</span>
      </div>
    </Panel>
  )
}

export function LiveBoard({ progress }: { progress: Progress }) {
  if (progress.leaderboard.length === 0) return null
  return <Leaderboard board={boardOf(progress)} />
}
