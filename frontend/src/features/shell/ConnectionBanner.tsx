import { useQuery } from '@tanstack/react-query'
import { CloudOff, ShieldAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { healthQuery } from '../../api/queries'
import { useLink } from '../../live/link'
import classes from './ConnectionBanner.module.css'

/** Says what does not work now; silent while all is well. */
export function ConnectionBanner() {
  const lost = useLostFor(1500)
  const sandbox = useQuery(healthQuery).data?.sandbox
  return (
    <div aria-live="polite">
      {lost && (
        <div className={classes.banner}>
          <CloudOff size={16} aria-hidden />
          <span>
            <strong>Connection lost.</strong> Reconnecting by itself; running work goes on at the server and
            drafts are kept here.
          </span>
        </div>
      )}
      {!lost && sandbox?.state === 'unavailable' && (
        <div className={classes.banner}>
          <ShieldAlert size={16} aria-hidden />
          <span>
            <strong>No isolated place to run code.</strong> {sandbox.message} Data and past answers can be
            read; questions can’t be run.
          </span>
        </div>
      )}
    </div>
  )
}

/** True once the connection has been away for `ms`: a blink is not worth a banner. */
function useLostFor(ms: number): boolean {
  // Each attempt to reconnect changes the link from 'lost' to 'connecting' and back: none of them is news.
  const away = useLink() !== 'open'
  const [lost, setLost] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLost(away), away ? ms : 0)
    return () => clearTimeout(timer)
  }, [away, ms])
  return lost
}
