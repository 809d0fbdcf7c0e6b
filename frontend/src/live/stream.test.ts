import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Envelope } from '../api/types'
import { backoff } from './backoff'
import { openStream, type Link } from './stream'

class FakeSource {
  onopen: ((event: Event) => unknown) | null = null
  onerror: ((event: Event) => unknown) | null = null
  onmessage: ((event: MessageEvent<string>) => unknown) | null = null
  closed = false
  readonly address: string
  constructor(address: string) {
    this.address = address
  }
  close(): void {
    this.closed = true
  }
  send(seq: number): void {
    const event: Envelope = {
      seq,
      at: '2026-01-01T00:00:00Z',
      subject: 's',
      run_id: null,
      body: { type: 'turn', turn_id: `t${seq}`, question: 'q', planner: 'p' },
    }
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(event) }))
  }
}

function start(after: number | null = 5) {
  const sources: FakeSource[] = []
  const seen: number[] = []
  const links: Link[] = []
  const close = openStream({
    address: (cursor) => `/events?after=${String(cursor)}`,
    after,
    onEvents: (events) => seen.push(...events.map((event) => event.seq)),
    onLink: (link) => links.push(link),
    open: (address) => {
      const source = new FakeSource(address)
      sources.push(source)
      return source
    },
    random: () => 1,
  })
  const last = () => {
    const source = sources.at(-1)
    if (!source) throw new Error('no connection')
    return source
  }
  return { sources, seen, links, close, last }
}

function setVisibility(state: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true })
  vi.useRealTimers()
})

describe('the stream', () => {
  it('resumes after the last event that it saw', () => {
    const { last, sources, seen, close } = start(5)
    expect(last().address).toBe('/events?after=5')
    last().send(6)
    last().send(9)
    last().onerror?.(new Event('error'))
    vi.advanceTimersByTime(500)
    expect(sources).toHaveLength(2)
    expect(last().address).toBe('/events?after=9')
    vi.advanceTimersByTime(16)
    expect(seen).toEqual([6, 9])
    close()
  })

  it('gives an event once, however often it comes', () => {
    const { last, seen, close } = start(0)
    for (const seq of [1, 2, 2, 1, 3]) last().send(seq)
    vi.advanceTimersByTime(16)
    expect(seen).toEqual([1, 2, 3])
    close()
  })

  it('waits longer after each failure and starts over once it is open', () => {
    const { sources, last, close } = start()
    const waits = [500, 1000, 2000, 4000]
    waits.forEach((wait, i) => {
      last().onerror?.(new Event('error'))
      vi.advanceTimersByTime(wait - 1)
      expect(sources).toHaveLength(i + 1)
      vi.advanceTimersByTime(1)
      expect(sources).toHaveLength(i + 2)
    })
    last().onopen?.(new Event('open'))
    last().onerror?.(new Event('error'))
    vi.advanceTimersByTime(500)
    expect(sources).toHaveLength(waits.length + 2)
    close()
  })

  it('gives its connection back while nobody looks, and comes back where it was', () => {
    const { sources, last, close } = start(1)
    last().send(4)
    setVisibility('hidden')
    expect(last().closed).toBe(true)
    vi.advanceTimersByTime(60_000)
    expect(sources).toHaveLength(1)
    setVisibility('visible')
    expect(sources).toHaveLength(2)
    expect(last().address).toBe('/events?after=4')
    close()
  })

  it('tells whether the connection stands', () => {
    const { last, links, close } = start()
    last().onopen?.(new Event('open'))
    last().onerror?.(new Event('error'))
    expect(links).toEqual(['connecting', 'open', 'lost'])
    close()
  })

  it('is silent after it was closed', () => {
    const { last, seen, sources, close } = start(0)
    last().send(1)
    close()
    vi.advanceTimersByTime(60_000)
    expect(last().closed).toBe(true)
    expect(seen).toEqual([])
    expect(sources).toHaveLength(1)
  })
})

describe('waits between tries', () => {
  it('double up to the most, and never fall under half of it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, random) => {
          const wait = backoff({ first: 500, most: 15_000, random: () => random })
          for (let i = 0; i < tries; i += 1) {
            const ceiling = Math.min(15_000, 500 * 2 ** i)
            const ms = wait.next()
            expect(ms).toBeGreaterThanOrEqual(ceiling / 2)
            expect(ms).toBeLessThanOrEqual(ceiling)
          }
        },
      ),
    )
  })
})
