import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core'

/** The key that `public/scheme.js` reads before the first paint. */
const KEY = 'lakeglass.scheme'
const isScheme = (value: unknown): value is MantineColorScheme =>
  value === 'light' || value === 'dark' || value === 'auto'

export const schemeManager: MantineColorSchemeManager = {
  get: (fallback) => {
    const stored = localStorage.getItem(KEY)
    return isScheme(stored) ? stored : fallback
  },
  set: (value) => {
    localStorage.setItem(KEY, value)
  },
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => {
    localStorage.removeItem(KEY)
  },
}

export const NEXT_SCHEME: Record<MantineColorScheme, MantineColorScheme> = {
  auto: 'light',
  light: 'dark',
  dark: 'auto',
}
