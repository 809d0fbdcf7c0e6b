import { ago, elapsed, exactTime } from '../format/time'
import { duration } from '../format/number'
import { useNow } from './useNow'

/** A moment, relative; the exact one on hover. */
export function Ago({ at }: { at: string }) {
  const now = useNow(30_000)
  return (
    <time dateTime={at} title={exactTime(at)}>
      {ago(at, now)}
    </time>
  )
}

/** Seconds since `from`, counting while it has no end. */
export function Elapsed({ from, to }: { from: string | null | undefined; to?: string | null | undefined }) {
  useNow(to ? null : 1000)
  return <span className="num">{duration(elapsed(from, to ?? null))}</span>
}
