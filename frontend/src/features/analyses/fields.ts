/** The form that asks a model about one row. */
import type { Explanation, Modeling } from '../../api/analysis'
import type { Cell } from '../../api/types'

export interface Field {
  column: string
  kind: 'number' | 'text'
  /** What the model leans on most is asked for first. */
  leads: boolean
}

const USED = new Set(['number', 'truth', 'category', 'moment', 'text'])
export const FIRST_FIELDS = 12

export function fieldsOf(modeling: Modeling, explanation: Explanation | null): Field[] {
  const order = new Map(
    [...(explanation?.importance ?? [])]
      .sort((a, b) => b.loss_added - a.loss_added)
      .map((each, index) => [each.column, index] as const),
  )
  const place = (name: string) => order.get(name) ?? order.size
  return modeling.roles
    .filter((role) => USED.has(role.role))
    .sort((a, b) => place(a.name) - place(b.name))
    .map((role, index) => ({
      column: role.name,
      kind: role.role === 'number' ? 'number' : 'text',
      leads: index < FIRST_FIELDS,
    }))
}

/** What was typed as one row; nothing typed is a missing value, and text that is no number stays text. */
export function rowOf(
  fields: readonly Field[],
  typed: Readonly<Record<string, string>>,
): Record<string, Cell> {
  return Object.fromEntries(
    fields.map(({ column, kind }) => {
      const text = (typed[column] ?? '').trim()
      if (text === '') return [column, null]
      const value = Number(text)
      return [column, kind === 'number' && Number.isFinite(value) ? value : text]
    }),
  )
}
