import { ApiError, errorFrom, UNREACHABLE } from './errors'
import type { DatasetView } from './types'

export interface UploadHandle {
  result: Promise<DatasetView>
  cancel: () => void
}

/** Sends one file; XMLHttpRequest because fetch tells no upload progress. `onProgress` gets 0..1. */
export function uploadFile(file: File, onProgress: (share: number) => void): UploadHandle {
  const xhr = new XMLHttpRequest()
  const result = new Promise<DatasetView>((resolve, reject) => {
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total)
    }
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve(JSON.parse(xhr.responseText) as DatasetView)
      else reject(errorFrom(xhr.status, xhr.responseText))
    }
    xhr.onerror = () => {
      reject(new ApiError(0, { code: 'UNREACHABLE', message: UNREACHABLE }))
    }
    xhr.onabort = () => {
      reject(new DOMException('The upload was cancelled.', 'AbortError'))
    }
    const form = new FormData()
    form.append('file', file, file.name)
    xhr.open('POST', '/api/upload')
    xhr.send(form)
  })
  return { result, cancel: () => xhr.abort() }
}
