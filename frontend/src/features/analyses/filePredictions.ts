/** Predictions of a whole file: what is shown of them, and the file to keep. */
import type { FilePredictions } from '../../api/analysis'
import type { Cell } from '../../api/types'

/** What the service takes; said here, too, so that nothing is sent in vain. */
export const MOST_FILE_MB = 32
const BYTES = 1 << 20

/** Why a file can't be sent; nothing when it can. */
export function refusal(file: Pick<File, 'name' | 'size'>): string | null {
  if (file.size === 0) return `${file.name} is empty: there is nothing to predict.`
  if (file.size > MOST_FILE_MB * BYTES)
    return `${file.name} is larger than ${MOST_FILE_MB} MB: predict it in parts.`
  return null
}

export interface Shown {
  columns: { name: string; predicted: boolean }[]
  rows: Cell[][]
}

/** The first rows with what was predicted in front, where a narrow window shows it. */
export function shown({ columns, predicted, preview }: FilePredictions): Shown {
  const own = new Set(predicted)
  const order = [...columns.keys()].sort(
    (a, b) => Number(own.has(columns[b] ?? '')) - Number(own.has(columns[a] ?? '')),
  )
  return {
    columns: order.map((place) => {
      const name = columns[place] ?? ''
      return { name, predicted: own.has(name) }
    }),
    rows: preview.map((row) => order.map((place) => row[place] ?? null)),
  }
}

/** flights.csv.gz → flights-predictions.csv */
export const downloadName = (name: string): string =>
  `${name.replace(/\..*$/s, '') || 'file'}-predictions.csv`

/** Without the mark, spreadsheets take the file for the code page of the machine. */
export const csvFile = (csv: string): Blob => new Blob(['\uFEFF', csv], { type: 'text/csv;charset=utf-8' })
