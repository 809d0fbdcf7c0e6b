const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false })
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' })
const year = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' })
const full = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'medium', hour12: false })

/** 'just now', '5 min ago', '3 h ago', '12 Nov', '12 Nov 2025'. */
export function ago(iso: string, now: Date = new Date()): string {
  const then = new Date(iso)
  const seconds = (now.getTime() - then.getTime()) / 1000
  if (seconds < 45) return 'just now'
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`
  if (seconds < 20 * 3600) return `${Math.round(seconds / 3600)} h ago`
  return then.getFullYear() === now.getFullYear() ? day.format(then) : year.format(then)
}

export const exactTime = (iso: string): string => full.format(new Date(iso))
export const timeOfDay = (iso: string): string => clock.format(new Date(iso))

/** Seconds between two moments, or until now. */
export function elapsed(start: string | null | undefined, end?: string | null): number | null {
  if (!start) return null
  const until = end ? new Date(end).getTime() : Date.now()
  return Math.max(0, (until - new Date(start).getTime()) / 1000)
}

const second = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})
export const secondOfDay = (iso: string): string => second.format(new Date(iso))
