import { ApiError, errorFrom, UNREACHABLE } from './errors'

type Query = Record<string, string | number | boolean | undefined>

interface Options {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  query?: Query
  body?: unknown
  signal?: AbortSignal
}

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value))
  const text = search.toString()
  return text ? `/api${path}?${text}` : `/api${path}`
}

async function send(path: string, { method = 'GET', query, body, signal }: Options): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  const form = body instanceof FormData
  // A form says itself where its parts begin.
  if (body !== undefined && !form) headers['content-type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(address(path, query), {
      method,
      headers,
      signal: signal ?? null,
      body: form ? body : body === undefined ? null : JSON.stringify(body),
    })
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown
    throw new ApiError(0, { code: 'UNREACHABLE', message: UNREACHABLE })
  }
  if (!response.ok) throw errorFrom(response.status, await response.text())
  return response
}

/** Calls the API and gives the JSON answer; throws ApiError. */
export async function request<T>(path: string, options: Options = {}): Promise<T> {
  const response = await send(path, options)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** The same for content that is not JSON. */
export async function requestText(path: string, options: Options = {}): Promise<string> {
  return (await send(path, options)).text()
}
