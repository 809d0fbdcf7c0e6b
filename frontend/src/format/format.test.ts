import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell } from '../api/types'
import { toCsv } from './csv'
import { fileName } from './download'
import { bytes, duration, durationRange, money, number, percent, plural } from './number'
import { ago } from './time'

describe('numbers', () => {
  it.each([
    [1234567, '1,234,567'],
    [12.3456, '12.346'],
    [4198.057, '4,198.06'],
    [0.012345678, '0.012346'],
    [-3.5, '−3.5'],
    [-1.2345e-7, '−1.235E−7'],
    [1.2345e-7, '1.235E−7'],
    [0, '0'],
    [null, '–'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('%s is shown as %s', (value, text) => {
    expect(number(value)).toBe(text)
  })

  it('never shows something as nothing', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        if (value !== 0) expect(number(value)).toMatch(/[1-9]/)
      }),
    )
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (share) => {
        expect(percent(share)).not.toMatch(/^(0|100)(\.0)? %$/)
      }),
    )
    expect([0.98, 0.995, 0.9989, 1].map(percent)).toEqual([
      '98\u00a0%',
      '99.5\u00a0%',
      '99.9\u00a0%',
      '100\u00a0%',
    ])
  })

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [13_478, '13.5 KB'],
    [183_450_112, '183 MB'],
    [null, '–'],
  ])('%s bytes are %s', (size, text) => {
    expect(bytes(size)).toBe(text)
  })

  it.each([
    [0.0004, '1 ms'],
    [0.0996, '0.1 s'],
    [0.412, '0.4 s'],
    [32.04, '32 s'],
    [59.6, '1 min'],
    [61, '1 min 1 s'],
    [3600, '1 h'],
    [3725, '1 h 2 min'],
    [null, '–'],
  ])('%s seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text)
  })

  it('says a range once when both ends read the same', () => {
    expect(durationRange(0.41, 0.44)).toBe('0.4 s')
    expect(durationRange(0.4, 1.8)).toBe('0.4 s – 1.8 s')
    expect(money('0', '0', 'USD')).toBe('free')
    expect(money('0.10', '0.40', 'USD')).toBe('0.10 – 0.40 USD')
    expect(plural(1, 'row')).toBe('1 row')
    expect(plural(0, 'row')).toBe('0 rows')
  })
})

it.each([
  [10, 'just now'],
  [300, '5 min ago'],
  [3 * 3600, '3 h ago'],
])('%s seconds ago reads %s', (seconds, text) => {
  const now = new Date('2026-06-15T12:00:00Z')
  expect(ago(new Date(now.getTime() - seconds * 1000).toISOString(), now)).toBe(text)
})

/** A small RFC 4180 reader, to read back what was written. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  let field = ''
  let quoted = false
  const end = () => {
    rows.at(-1)?.push(field)
    field = ''
  }
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]
    if (quoted) {
      if (char !== '"') field += char ?? ''
      else if (text[i + 1] === '"') {
        field += '"'
        i += 1
      } else quoted = false
    } else if (char === '"') quoted = true
    else if (char === ',') end()
    else if (char === '\r' && text[i + 1] === '\n') {
      end()
      rows.push([])
      i += 1
    } else field += char ?? ''
  }
  return rows.slice(0, -1)
}

describe('CSV', () => {
  const cell: fc.Arbitrary<Cell> = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('=1+1', '+cmd', '-2+3', '@SUM(A1)', '\tx', 'a,b', 'say "hi"', 'two\nlines', ' x '),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  )

  it('reads back as it was written, but for the mark before formulas', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 8 }), (rows) => {
        const read = readCsv(toCsv(['a', 'b'], rows)).slice(1)
        const wanted = rows.map((row) => row.map((c) => (c === null ? '' : String(c))))
        expect(read.map((row) => row.map((f) => f.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '')))).toEqual(
          wanted,
        )
      }),
    )
  })

  it('holds no field that a spreadsheet would run', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), (row) => {
        for (const field of readCsv(
          toCsv(
            row.map((_, i) => `c${i}`),
            [row],
          ),
        )
          .slice(1)
          .flat())
          if (/^[=+\-@\t\r\n＝＋－＠]/.test(field)) expect(Number.isNaN(Number(field))).toBe(false)
      }),
    )
  })
})

it('makes a file name of any title', () => {
  expect(fileName('Average fare, by class (2026)', 'csv')).toBe('average-fare-by-class-2026.csv')
  expect(fileName('../../etc/passwd', 'svg')).toBe('etcpasswd.svg')
  expect(fileName('…', 'png')).toBe('lakeglass.png')
})
