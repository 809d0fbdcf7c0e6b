import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { runsQuery } from '../../api/queries'
import { StatusIcon } from '../../components/Status'
import classes from './RunningChip.module.css'
import { onlyAnalysis, summarise } from './running'

/** What runs now, and what waits for a person, everywhere in view. */
export function RunningChip() {
  const runs = useQuery(runsQuery)
  const { running, waiting, text } = summarise(runs.data ?? [])
  const analysis = onlyAnalysis(runs.data ?? [])
  return (
    <div aria-live="polite">
      {running + waiting > 0 && (
        <Link
          {...(analysis
            ? { to: '/build/$jobId' as const, params: { jobId: analysis } }
            : { to: '/activity' as const })}
          className={classes.chip}
          data-waiting={waiting > 0 || undefined}
        >
          <StatusIcon state={waiting > 0 ? 'waiting' : 'running'} size={15} />
          <span>{text}</span>
        </Link>
      )}
    </div>
  )
}
