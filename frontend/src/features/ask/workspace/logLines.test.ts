import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutputLine } from '../../../api/types'
import { logLines, splitAt } from './logLines'

const piece = (text: string, stream: OutputLine['stream'] = 'stdout'): OutputLine => ({
  execution_id: 'e',
  stream,
  text,
  late: false,
})
const texts = (pieces: OutputLine[]) => logLines(pieces).map((line) => line.text)

describe('the log', () => {
  it('is the same however the output was cut into pieces', () => {
    const word = fc.stringMatching(/^[a-z \n]{0,12}$/)
    fc.assert(
      fc.property(fc.array(word), (parts) => {
        expect(texts(parts.map((part) => piece(part)))).toEqual(texts([piece(parts.join(''))]))
      }),
    )
  })

  it('does not mix a line of stdout with one of stderr', () => {
    const lines = logLines([piece('out'), piece('err\n', 'stderr'), piece('put\n')])
    expect(lines).toEqual([
      { stream: 'stdout', text: 'output' },
      { stream: 'stderr', text: 'err' },
    ])
  })

  it('shows the last state of a progress bar and no colour codes', () => {
    expect(texts([piece('10 %\r50 %\r100 %\n'), piece('\u001b[31mred\u001b[0m\r\n')])).toEqual([
      '100 %',
      'red',
    ])
  })

  it('keeps empty lines between others', () => {
    expect(texts([piece('a\n\nb\n')])).toEqual(['a', '', 'b'])
  })
})

it('splits a text at every hit and loses nothing', () => {
  expect(splitAt('An apple, AN orange', 'an')).toEqual(['', 'An', ' apple, ', 'AN', ' or', 'an', 'ge'])
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, word) => {
      expect(splitAt(text, word).join('')).toBe(text)
    }),
  )
})
