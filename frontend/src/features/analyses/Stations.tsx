import { Tooltip } from '@mantine/core'
import type { JobView } from '../../api/analysis'
import { stateWord, StatusIcon } from '../../components/Status'
import { Elapsed } from '../../components/Time'
import { duration } from '../../format/number'
import { stationsOf, type Station } from './timeline'
import classes from './Stations.module.css'

/** The way of an analysis: six stations, where it is, and how long each took. */
export function Stations({ job }: { job: Pick<JobView, 'stages' | 'state'> }) {
  return (
    <div className={classes.room}>
      <ol className={classes.stations} aria-label="Stations">
        {stationsOf(job).map((station) => {
          const state = station.waits ? 'waiting' : station.state
          return (
            <Tooltip key={station.title} label={station.about}>
              <li
                className={classes.station}
                data-state={station.state}
                data-waits={station.waits || undefined}
                aria-current={state === 'running' || state === 'waiting' ? 'step' : undefined}
              >
                <StatusIcon state={state} size={16} />
                <span>
                  <span className={classes.name}>{station.title}</span>
                  <span className={classes.time}>
                    {station.waits ? stateWord('waiting') : <Took station={station} />}
                  </span>
                </span>
              </li>
            </Tooltip>
          )
        })}
      </ol>
    </div>
  )
}

function Took({ station }: { station: Station }) {
  if (station.state === 'running')
    return station.since ? <Elapsed from={station.since} /> : <>{stateWord('running')}</>
  if (station.state === 'done' && station.seconds !== null) return <>{duration(station.seconds)}</>
  return <>{stateWord(station.state)}</>
}
