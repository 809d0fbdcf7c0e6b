import { Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { Explanation } from '../../api/analysis'
import { Panel } from '../../components/Panel'
import { number, percent } from '../../format/number'
import classes from './Outcome.module.css'
import { importanceBars, type Bar } from './outcome'
import { measureName, score, spread } from './words'

const FIRST = 12

/** What is lost when a column is shuffled. */
export function Importance({ explanation }: { explanation: Explanation }) {
  return (
    <Panel title="What the model leans on">
      <Text size="sm" c="dimmed" mb="sm">
        How much worse {number(explanation.importance_rows)} unseen rows are predicted when a column is
        shuffled: loss added ({measureName(explanation.measure)}) with its standard error. It tells what the
        model uses, not what causes what.
      </Text>
      <Bars bars={importanceBars(explanation)} label="Importance of columns" />
    </Panel>
  )
}

/** What each column moves a prediction by, either way, as the members themselves tell it. */
export function Contributions({
  contributions,
}: {
  contributions: NonNullable<Explanation['contributions']>
}) {
  const { columns, rows, unit, covered, note } = contributions
  const most = Math.max(0, ...columns.map(({ mean }) => mean))
  if (columns.length === 0) return null
  return (
    <Panel title="How far each column moves a prediction">
      <Text size="sm" c="dimmed" mb="sm">
        Mean size of its contribution over {number(rows)} unseen rows ({unit}), with its error by sampling
        {covered < 1 && `; told by ${percent(covered)} of the model`}.{' '}
        {note.charAt(0).toUpperCase() + note.slice(1)}
      </Text>
      <Bars
        label="Contributions of columns"
        bars={columns.map(({ column, mean, error }) => ({
          column,
          value: mean,
          error,
          share: most > 0 ? mean / most : 0,
        }))}
      />
    </Panel>
  )
}

function Bars({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const [all, setAll] = useState(false)
  const shown = all ? bars : bars.slice(0, FIRST)
  return (
    <>
      <ul className={classes.bars} aria-label={label}>
        {shown.map((bar) => (
          <li key={bar.column}>
            <span className={classes.barName} title={bar.column}>
              {bar.column}
            </span>
            <span className={classes.track} aria-hidden>
              <span style={{ width: `${bar.share * 100}%` }} />
            </span>
            <span className={classes.barValue}>
              {score(bar.value)} ± {spread(bar.error)}
            </span>
          </li>
        ))}
      </ul>
      {bars.length > FIRST && (
        <UnstyledButton className={classes.more} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show all ${number(bars.length)} columns`}
        </UnstyledButton>
      )}
    </>
  )
}
