import { vi } from 'vitest'

export interface Request {
  method: string
  path: string
  body: unknown
}

/** Answers `fetch` by path and records what was asked; a path without an answer fails the test. */
export function answer(routes: Record<string, { status?: number; body: unknown }>): Request[] {
  const asked: Request[] = []
  vi.stubGlobal('fetch', (input: string, init?: RequestInit) => {
    const path = input.split('?')[0] ?? input
    asked.push({
      method: init?.method ?? 'GET',
      path,
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
    })
    const route = routes[path]
    if (!route) throw new Error(`no answer for ${path}`)
    return Promise.resolve(
      new Response(JSON.stringify(route.body), {
        status: route.status ?? 200,
        headers: { 'content-type': 'application/json' },
      }),
    )
  })
  return asked
}

export const refusal = (code: string, message: string) => ({
  error: { code, message, details: {}, timestamp: '2026-01-01T00:00:00Z', request_id: 'req-1' },
})
