/** The tenant's own stream: tells the page which of the things that it keeps went stale. */
import { useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { address } from '../api/client'
import type { JobView, Progress } from '../api/analysis'
import type { Envelope } from '../api/types'
import { LinkContext } from './link'
import { openStream, type Link } from './stream'

const analysisKeys = (id: string | null): QueryKey[] => [['runs'], ['jobs'], ['job', id]]

/** Pure: the keys that an event makes stale. */
export function staleKeys({ body, subject, run_id }: Envelope): QueryKey[] {
  switch (body.type) {
    // What a model was asked meanwhile.
    case 'run':
      return body.kind === 'analysis' ? analysisKeys(run_id) : [['runs'], ['model-calls', subject]]
    case 'understanding':
    case 'answer':
    case 'not_answered':
      return [['model-calls', subject]]
    case 'stage':
      return [['runs'], ['job', run_id]]
    case 'analysis.said':
    case 'analysis.findings':
    case 'analysis.asked':
    case 'analysis.answered':
      return [['job', run_id]]
    case 'analysis.ended':
      return analysisKeys(run_id)
    case 'approval':
    case 'approval_decided':
      return [['runs']]
    case 'dataset':
      return [['datasets'], ['dataset', body.dataset_id], ['samples']]
    case 'profile':
      return [['dataset', body.dataset_id]]
    // Its code runs, or has run: the Python session is another one now.
    case 'code':
    case 'execution':
      return [
        ['sandbox', subject],
        ['model-calls', subject],
      ]
    case 'turn':
      return [['sessions']]
    case 'session':
      // A conversation that is gone is asked for again where it is open, to say so.
      return body.change === 'deleted' ? [['sessions'], ['session', body.session_id]] : [['sessions']]
    default:
      return []
  }
}

/** The search as it stands, said in full twice a second: nothing has to be asked for again. */
export function withProgress(job: JobView | undefined, progress: Progress): JobView | undefined {
  // What is loaded meanwhile may be further than an event that was on its way.
  if (!job || (job.progress && job.progress.seconds > progress.seconds)) return job
  return { ...job, progress }
}

function refresh(client: QueryClient, events: readonly Envelope[]): void {
  for (const { body, run_id } of events)
    if (body.type === 'analysis.progress')
      client.setQueryData<JobView>(['job', run_id], (job) => withProgress(job, body.progress))
  const keys = new Map(events.flatMap(staleKeys).map((key) => [JSON.stringify(key), key]))
  for (const queryKey of keys.values()) void client.invalidateQueries({ queryKey })
}

export function LiveFeed({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [link, setLink] = useState<Link>('connecting')

  useEffect(() => {
    let openedBefore = false
    return openStream({
      address: (cursor) => address('/events', cursor === null ? {} : { after: cursor }),
      after: null,
      onEvents: (events) => {
        refresh(client, events)
      },
      onLink: (next) => {
        setLink(next)
        if (next !== 'open') return
        // Before the first event there is no cursor to resume from: ask again for what is on the page.
        if (openedBefore) void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' })
        openedBefore = true
      },
    })
  }, [client])

  return <LinkContext value={link}>{children}</LinkContext>
}
