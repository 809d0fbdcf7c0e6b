import type { ColumnStatistics } from '../../api/types'
import { number } from '../../format/number'

export type Figure = number | string | null | undefined

/** A bound or a quantile: numbers grouped, dates as they are, midnight left out. */
export function figure(value: Figure): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'number' ? number(value) : value.replace('T', ' ').replace(/ 00:00:00(\.0+)?$/, '')
}

export interface Bar {
  /** What the bar stands for, in words. */
  label: string
  count: number
  /** Height or width against the largest, 0..1. */
  size: number
}

/** Histogram bars, or the most frequent values where there is no histogram. */
export function bars(
  column: ColumnStatistics,
  most = 24,
): { shape: 'histogram' | 'values' | 'none'; bars: Bar[] } {
  if (column.histogram.length > 0) {
    const top = Math.max(1, ...column.histogram.map((bin) => bin.count))
    return {
      shape: 'histogram',
      bars: column.histogram.map((bin) => ({
        label: `${figure(bin.low)} to ${figure(bin.high)}`,
        count: bin.count,
        size: bin.count / top,
      })),
    }
  }
  const top = Math.max(1, ...column.top_values.map((value) => value.count))
  const values = column.top_values.slice(0, most).map((value) => ({
    label: value.value === null ? 'empty' : String(value.value),
    count: value.count,
    size: value.count / top,
  }))
  return { shape: values.length > 0 ? 'values' : 'none', bars: values }
}

/** The distribution in a sentence, for those who don't see the picture. */
export function describeBars(column: ColumnStatistics): string {
  const { shape, bars: all } = bars(column)
  if (shape === 'none') return `${column.name}: no distribution`
  const peak = all.reduce((best, bar) => (bar.count > best.count ? bar : best))
  return shape === 'histogram'
    ? `${column.name}: ${all.length} bins from ${figure(column.minimum)} to ${figure(column.maximum)}, most rows in ${peak.label}`
    : `${column.name}: most frequent ${peak.label}, ${number(peak.count)} rows`
}
