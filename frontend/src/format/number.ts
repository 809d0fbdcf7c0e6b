/** Numbers, sizes and times as this page writes them. */
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 5 })
const scientific = new Intl.NumberFormat('en', { notation: 'scientific', maximumSignificantDigits: 4 })
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })

/** 1,234,567 · 12.35 · 0.01234 · 1.234E-7; an absent number is an en dash. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return scientific.format(value).replaceAll('-', '−')
  const text = Number.isInteger(value)
    ? whole.format(value)
    : size >= 100
      ? plain.format(value)
      : precise.format(value)
  return text.replaceAll('-', '−')
}

export const compact = (value: number): string => short.format(value).replaceAll('-', '−')

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

export function bytes(size: number | null | undefined): string {
  if (size === null || size === undefined) return '–'
  let unit = 0
  let value = size
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${value.toFixed(digits)} ${UNITS[unit] ?? 'B'}`
}

/** 0.004 → '<0.1 %'; never rounds something to nothing. The sign stays on the figure's line. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1\u00a0%'
  if (share < 1 && share > 0.999) return '>99.9\u00a0%'
  const value = share * 100
  // Above 99 a tenth more: 99.5 must not become all.
  const whole = value % 1 === 0 || (value >= 10 && value < 99)
  return `${value.toFixed(whole ? 0 : 1)}\u00a0%`
}

export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–'
  if (seconds < 0.0995) return `${Math.max(1, Math.round(seconds * 1000))} ms`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 59.5) return `${Math.round(seconds)} s`
  const total = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60]
  if (hours === 0) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
  return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`
}

/** What is left, as a clock shows it: 4:05. */
export function countdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds))
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
}

export function durationRange(low: number, high: number): string {
  if (duration(low) === duration(high)) return duration(low)
  return `${duration(low)} – ${duration(high)}`
}

export function money(low: string, high: string, currency: string): string {
  if (Number(low) === 0 && Number(high) === 0) return 'free'
  return low === high ? `${low} ${currency}` : `${low} – ${high} ${currency}`
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`
