import { describe, expect, it } from 'vitest'
import { asQuery, downloadAddress, inWords, operatorsOf } from './conditions'

describe('conditions on rows', () => {
  it('are told as sentences', () => {
    expect(inWords({ column: 'price', operator: 'at least', value: '5' })).toBe('price is at least 5')
    expect(inWords({ column: 'price', operator: 'missing', value: '' })).toBe('price has no value')
  })

  it('offer what the kind of a column can be asked', () => {
    expect(operatorsOf('text')).not.toContain('at least')
    expect(operatorsOf('date')).toContain('at least')
    expect(operatorsOf('boolean')).toEqual(['is', 'is not', 'missing', 'present'])
  })

  it('leave out of the address what is not chosen', () => {
    expect(asQuery({ conditions: [], descending: true })).toEqual({})
    expect(downloadAddress('dts_1', 'csv', { conditions: [] })).toBe(
      '/api/datasets/dts_1/download?format=csv',
    )
  })

  it('reach the address whole, whatever the names are', () => {
    const conditions = [{ column: 'a&b "c"', operator: 'is' as const, value: 'x=y' }]
    const found = new URL(
      downloadAddress('dts_1', 'xlsx', { conditions, sort: 'a&b', descending: true }),
      'http://localhost',
    ).searchParams
    expect(JSON.parse(found.get('filters') ?? '')).toEqual(conditions)
    expect([found.get('sort'), found.get('descending'), found.get('format')]).toEqual(['a&b', 'true', 'xlsx'])
  })
})
