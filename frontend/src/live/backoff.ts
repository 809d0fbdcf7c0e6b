export interface Backoff {
  /** Milliseconds to wait before the next try. */
  next: () => number
  reset: () => void
}

/** Doubling waits with jitter, so that many pages don't come back at the same moment. */
export function backoff({ first = 500, most = 15_000, random = Math.random } = {}): Backoff {
  let tries = 0
  return {
    next: () => {
      const ceiling = Math.min(most, first * 2 ** Math.min(tries, 30))
      tries += 1
      return ceiling / 2 + (random() * ceiling) / 2
    },
    reset: () => {
      tries = 0
    },
  }
}
