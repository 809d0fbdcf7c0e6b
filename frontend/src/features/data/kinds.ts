import { Binary, Braces, CalendarDays, Clock, Hash, ToggleLeft, Type, type LucideIcon } from 'lucide-react'
import type { ColumnInfo } from '../../api/types'

type Kind = ColumnInfo['kind']

export const KINDS: Record<Kind, { word: string; icon: LucideIcon }> = {
  integer: { word: 'Whole number', icon: Hash },
  number: { word: 'Number', icon: Binary },
  boolean: { word: 'Yes / no', icon: ToggleLeft },
  date: { word: 'Date', icon: CalendarDays },
  datetime: { word: 'Date and time', icon: CalendarDays },
  time: { word: 'Time', icon: Clock },
  text: { word: 'Text', icon: Type },
  nested: { word: 'Nested', icon: Braces },
}

export const isNumericKind = (kind: Kind): boolean => kind === 'integer' || kind === 'number'
