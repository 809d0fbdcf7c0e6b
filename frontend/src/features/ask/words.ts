import {
  ArrowDownWideNarrow,
  CalendarRange,
  ChartColumn,
  Filter,
  Hash,
  Layers,
  ListEnd,
  Ruler,
  Sigma,
  type LucideIcon,
} from 'lucide-react'
import type { ChipRole } from '../../api/types'

export const ROLES: Record<ChipRole, { word: string; icon: LucideIcon }> = {
  measure: { word: 'Measure', icon: Ruler },
  aggregate: { word: 'Calculation', icon: Sigma },
  group: { word: 'Grouping', icon: Layers },
  filter: { word: 'Filter', icon: Filter },
  period: { word: 'Period', icon: CalendarRange },
  sort: { word: 'Order', icon: ArrowDownWideNarrow },
  limit: { word: 'Limit', icon: ListEnd },
  statistic: { word: 'Statistic', icon: Hash },
  chart: { word: 'Chart', icon: ChartColumn },
}

export type Confidence = 'high' | 'fair' | 'low'

/** A probability as people say it. */
export function confidence(value: number): { level: Confidence; words: string } {
  if (value >= 0.85) return { level: 'high', words: 'Clearly understood' }
  if (value >= 0.6) return { level: 'fair', words: 'Probably understood; please check' }
  return { level: 'low', words: 'A guess; please check before you rely on it' }
}

/** A planner as people call it; one that this page does not know keeps its own name. */
export const plannerWord = (planner: string): string => (planner === 'builtin' ? 'built-in' : planner)
