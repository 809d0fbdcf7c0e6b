/** A resumable event stream: reconnects from the last seen number, drops what it has seen already. */
import type { Envelope } from '../api/types'
import { backoff } from './backoff'

export type Link = 'connecting' | 'open' | 'lost'

interface Source {
  onopen: ((event: Event) => unknown) | null
  onerror: ((event: Event) => unknown) | null
  onmessage: ((event: MessageEvent<string>) => unknown) | null
  close: () => void
}

export interface StreamOptions {
  /** Address for events after `cursor`; null asks for what comes from now on. */
  address: (cursor: number | null) => string
  after: number | null
  onEvents: (events: Envelope[]) => void
  onLink?: (link: Link) => void
  open?: (address: string) => Source
  random?: () => number
}

/** Opens the stream and gives the function that ends it. */
export function openStream(options: StreamOptions): () => void {
  const { address, onEvents, onLink = () => undefined } = options
  const open = options.open ?? ((url: string): Source => new EventSource(url))
  const wait = backoff(options.random ? { random: options.random } : {})
  let cursor = options.after
  let source: Source | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let flushing: ReturnType<typeof setTimeout> | undefined
  let queue: Envelope[] = []

  const flush = () => {
    flushing = undefined
    const events = queue
    queue = []
    if (events.length > 0) onEvents(events)
  }

  const receive = (text: string) => {
    const event = JSON.parse(text) as Envelope
    if (cursor !== null && event.seq <= cursor) return
    cursor = event.seq
    queue.push(event)
    // A burst (a replay) becomes one change of state, and one paint.
    flushing ??= setTimeout(flush, 16)
  }

  const connect = () => {
    timer = undefined
    if (document.visibilityState === 'hidden') return
    onLink('connecting')
    const current = open(address(cursor))
    source = current
    current.onopen = () => {
      wait.reset()
      onLink('open')
    }
    current.onmessage = (event) => {
      receive(event.data)
    }
    current.onerror = () => {
      current.close()
      source = undefined
      onLink('lost')
      timer = setTimeout(connect, wait.next())
    }
  }

  // Browsers allow six connections to a server: a page that nobody sees gives its one back.
  const onVisibility = () => {
    if (document.visibilityState === 'hidden') {
      source?.close()
      source = undefined
      clearTimeout(timer)
      timer = undefined
    } else if (!source && timer === undefined) connect()
  }
  const onOnline = () => {
    if (source || document.visibilityState === 'hidden') return
    clearTimeout(timer)
    wait.reset()
    connect()
  }

  document.addEventListener('visibilitychange', onVisibility)
  window.addEventListener('online', onOnline)
  connect()
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    window.removeEventListener('online', onOnline)
    clearTimeout(timer)
    clearTimeout(flushing)
    source?.close()
  }
}
