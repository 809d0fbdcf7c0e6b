import type { RunView } from '../../api/types'
import { duration } from '../../format/number'
import { elapsed } from '../../format/time'
import classes from './ActivityPage.module.css'
import { isActive } from './runs'

/** The stations of a run as a row of segments; each says its name, state and time. */
export function Stages({ run }: { run: RunView }) {
  // Of a run that is over, the stages that it did not need say nothing.
  const stages = isActive(run) ? run.stages : run.stages.filter((stage) => stage.state !== 'pending')
  if (stages.length === 0) return <span>–</span>
  const done = stages.filter((stage) => stage.state === 'done').length
  const current = stages.find((stage) => stage.state === 'running')
  return (
    <div>
      <div className={classes.stages} role="img" aria-label={`${done} of ${stages.length} stages done`}>
        {stages.map((stage) => (
          <span
            key={stage.name}
            data-state={stage.state}
            title={`${stage.title}: ${stage.state}${
              stage.started_at && stage.ended_at
                ? `, ${duration(elapsed(stage.started_at, stage.ended_at))}`
                : ''
            }`}
          />
        ))}
      </div>
      <span className={classes.stage}>{current ? current.title : `${done} of ${stages.length}`}</span>
    </div>
  )
}
