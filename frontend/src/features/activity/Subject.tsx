import { Link } from '@tanstack/react-router'
import type { RunView } from '../../api/types'
import classes from './ActivityPage.module.css'

/** The title of a run, leading to what it works for. */
export function Subject({ run, className = classes.link ?? '' }: { run: RunView; className?: string }) {
  if (run.kind === 'ask' || run.kind === 'execute')
    return (
      <Link to="/ask/$sessionId" params={{ sessionId: run.subject }} className={className}>
        {run.title}
      </Link>
    )
  if (run.kind === 'analysis')
    return (
      <Link to="/build/$jobId" params={{ jobId: run.id }} className={className}>
        {run.title}
      </Link>
    )
  if (run.subject.startsWith('ds') || run.kind === 'profile')
    return (
      <Link to="/data/$datasetId" params={{ datasetId: run.subject }} className={className}>
        {run.title}
      </Link>
    )
  return <span className={className}>{run.title}</span>
}
