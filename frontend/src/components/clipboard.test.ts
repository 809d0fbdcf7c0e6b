import { afterEach, expect, it, vi } from 'vitest'
import { copyText } from './clipboard'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

it('copies where browsers hide the clipboard: over plain HTTP from another machine', async () => {
  vi.stubGlobal('navigator', {})
  let copied = ''
  document.execCommand = vi.fn(() => {
    copied = document.querySelector('textarea')?.value ?? ''
    return true
  })
  await copyText('84.15')
  expect(copied).toBe('84.15')
  expect(document.querySelector('textarea')).toBeNull()
})

it('says so when nothing was copied', async () => {
  vi.stubGlobal('navigator', {})
  document.execCommand = vi.fn(() => false)
  await expect(copyText('x')).rejects.toThrow('by hand')
})
