import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { answer, refusal } from '../../testing/answers'
import { renderRoutes } from '../../testing/render'
import { DropZone } from './DropZone'

class FakeXhr {
  static last: FakeXhr | undefined
  upload: { onprogress: ((event: ProgressEvent) => void) | null } = { onprogress: null }
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  onabort: (() => void) | null = null
  status = 0
  responseText = ''
  aborted = false
  constructor() {
    FakeXhr.last = this
  }
  open(): void {}
  send(): void {}
  abort(): void {
    this.aborted = true
    this.onabort?.()
  }
  finish(status: number, body: unknown): void {
    this.status = status
    this.responseText = JSON.stringify(body)
    this.onload?.()
  }
}

beforeEach(() => {
  answer({ '/api/health': { status: 503, body: refusal('UNAVAILABLE', 'starting') } })
  vi.stubGlobal('XMLHttpRequest', FakeXhr)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

async function choose(name: string, content = 'a,b\n1,2\n') {
  renderRoutes({ '/': DropZone, '/data/$datasetId': () => <p>profile of the file</p> })
  const input = await screen.findByLabelText('Files to upload')
  await userEvent.upload(input, new File([content], name), { applyAccept: false })
}

it('goes to the profile of the file that was sent', async () => {
  await choose('fares.csv')
  expect(await screen.findByText('Uploading')).toBeInTheDocument()
  FakeXhr.last?.finish(201, { id: 'ds_9', name: 'fares', state: 'profiling' })
  expect(await screen.findByText('profile of the file')).toBeInTheDocument()
})

it('shows what the server refused, what is safe and what to do', async () => {
  await choose('virus.exe')
  await screen.findAllByText('virus.exe')
  FakeXhr.last?.finish(400, refusal('UNSUPPORTED_FILE_TYPE', 'got a program, expected CSV or Parquet'))
  const alert = await screen.findByRole('alert')
  expect(alert).toHaveTextContent('got a program, expected CSV or Parquet')
  expect(alert).toHaveTextContent('Nothing was stored')
  expect(alert).toHaveTextContent('Export the data as CSV, Excel, JSON or Parquet')
  expect(alert).toHaveTextContent('req-1')
})

it('can be cancelled in the middle', async () => {
  await choose('big.csv')
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel the upload of big.csv' }))
  expect(FakeXhr.last?.aborted).toBe(true)
  await waitFor(() => expect(screen.getByText('Cancelled')).toBeInTheDocument())
})

it('does not send an empty file', async () => {
  FakeXhr.last = undefined
  await choose('nothing.csv', '')
  expect(await screen.findByText(/“nothing.csv” is empty/)).toBeInTheDocument()
  expect(FakeXhr.last).toBeUndefined()
})
