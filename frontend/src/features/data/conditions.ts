import { address } from '../../api/client'
import type { ColumnInfo, Condition } from '../../api/types'

type Kind = ColumnInfo['kind']
export type Operator = Condition['operator']
export type ExportFormat = 'csv' | 'parquet' | 'arrow' | 'jsonl' | 'xlsx'

/** Which rows, in which order. */
export interface Chosen {
  conditions: readonly Condition[]
  sort?: string | undefined
  descending?: boolean | undefined
}

const WORDS: Record<Operator, string> = {
  is: 'is',
  'is not': 'is not',
  contains: 'contains',
  'at least': 'is at least',
  'at most': 'is at most',
  missing: 'has no value',
  present: 'has a value',
}
const ANY: readonly Operator[] = ['missing', 'present']
const ORDERED: readonly Operator[] = ['is', 'is not', 'at least', 'at most', ...ANY]

/** What can be asked of a column of this kind, the likeliest first. */
export function operatorsOf(kind: Kind): readonly Operator[] {
  if (kind === 'text') return ['contains', 'is', 'is not', ...ANY]
  if (kind === 'boolean') return ['is', 'is not', ...ANY]
  return kind === 'nested' ? ['contains', ...ANY] : ORDERED
}

export const operatorWords = (operator: Operator): string => WORDS[operator]
export const needsValue = (operator: Operator): boolean => !ANY.includes(operator)

/** A condition as a sentence. */
export function inWords({ column, operator, value }: Condition): string {
  return needsValue(operator) ? `${column} ${WORDS[operator]} ${value}` : `${column} ${WORDS[operator]}`
}

/** What to type for a column of this kind. */
export function example(kind: Kind): string {
  if (kind === 'integer' || kind === 'number') return '12.5'
  if (kind === 'date') return '2024-01-31'
  if (kind === 'datetime') return '2024-01-31 14:30'
  if (kind === 'time') return '14:30'
  return kind === 'boolean' ? 'true or false' : 'Words'
}

/** A choice as the API takes it; nothing for what is not chosen. */
export const asQuery = ({ conditions, sort, descending }: Chosen) => ({
  filters: conditions.length > 0 ? JSON.stringify(conditions) : undefined,
  sort,
  descending: sort === undefined ? undefined : descending,
})

/** Where the chosen rows are saved from. */
export const downloadAddress = (datasetId: string, format: ExportFormat, chosen: Chosen): string =>
  address(`/datasets/${encodeURIComponent(datasetId)}/download`, { format, ...asQuery(chosen) })
