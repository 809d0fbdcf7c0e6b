/** Uploads outlive the page that started them: a store beside React, with a pure reducer. */
import { asApiError, ApiError } from '../../api/errors'
import type { DatasetView } from '../../api/types'
import { uploadFile } from '../../api/upload'
import { bytes } from '../../format/number'

export type UploadState = 'sending' | 'storing' | 'done' | 'failed' | 'cancelled'

export interface Upload {
  id: number
  name: string
  size: number
  /** 0..1 of the bytes. */
  progress: number
  state: UploadState
  dataset?: DatasetView
  error?: ApiError
}

export type Action =
  | { type: 'added'; upload: Upload }
  | { type: 'progress'; id: number; progress: number }
  | { type: 'done'; id: number; dataset: DatasetView }
  | { type: 'failed'; id: number; error: ApiError }
  | { type: 'cancelled'; id: number }
  | { type: 'dismissed'; id: number }

const busy = (upload: Upload): boolean => upload.state === 'sending' || upload.state === 'storing'

function step(upload: Upload, action: Action): Upload {
  if (!('id' in action) || upload.id !== action.id || !busy(upload)) return upload
  switch (action.type) {
    case 'progress': {
      const progress = Math.min(1, Math.max(upload.progress, action.progress))
      return { ...upload, progress, state: progress === 1 ? 'storing' : 'sending' }
    }
    case 'done':
      return { ...upload, state: 'done', progress: 1, dataset: action.dataset }
    case 'failed':
      return { ...upload, state: 'failed', error: action.error }
    case 'cancelled':
      return { ...upload, state: 'cancelled' }
    case 'dismissed':
      return upload
  }
}

export function reduceUploads(uploads: readonly Upload[], action: Action): readonly Upload[] {
  if (action.type === 'added') return [action.upload, ...uploads]
  if (action.type === 'dismissed') return uploads.filter((u) => u.id !== action.id || busy(u))
  return uploads.map((upload) => step(upload, action))
}

let uploads: readonly Upload[] = []
let lastId = 0
const listeners = new Set<() => void>()
const cancels = new Map<number, () => void>()

function dispatch(action: Action): void {
  uploads = reduceUploads(uploads, action)
  for (const listener of listeners) listener()
}

export const currentUploads = (): readonly Upload[] => uploads

export function subscribeUploads(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Why a file is not even sent; undefined when it may be. */
export function refusal(file: Pick<File, 'size' | 'name'>, mostMb: number | undefined): ApiError | undefined {
  if (file.size === 0)
    return new ApiError(422, { code: 'EMPTY_FILE', message: `“${file.name}” is empty: it has no byte.` })
  if (mostMb !== undefined && file.size > mostMb * 1024 * 1024)
    return new ApiError(413, {
      code: 'TOO_LARGE',
      message: `“${file.name}” has ${bytes(file.size)}; this server takes up to ${mostMb} MB.`,
    })
  return undefined
}

/** Sends a file; gives its dataset, or undefined when it failed or was cancelled. */
export async function startUpload(file: File, mostMb: number | undefined): Promise<DatasetView | undefined> {
  lastId += 1
  const id = lastId
  dispatch({ type: 'added', upload: { id, name: file.name, size: file.size, progress: 0, state: 'sending' } })
  const error = refusal(file, mostMb)
  if (error) {
    dispatch({ type: 'failed', id, error })
    return undefined
  }
  const handle = uploadFile(file, (progress) => dispatch({ type: 'progress', id, progress }))
  cancels.set(id, handle.cancel)
  try {
    const dataset = await handle.result
    dispatch({ type: 'done', id, dataset })
    return dataset
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') dispatch({ type: 'cancelled', id })
    else dispatch({ type: 'failed', id, error: asApiError(thrown) })
    return undefined
  } finally {
    cancels.delete(id)
  }
}

export const cancelUpload = (id: number): void => cancels.get(id)?.()
export const dismissUpload = (id: number): void => dispatch({ type: 'dismissed', id })
