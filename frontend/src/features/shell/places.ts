import {
  Activity,
  Database,
  FlaskConical,
  House,
  MessageSquareText,
  Settings,
  type LucideIcon,
} from 'lucide-react'

export interface Place {
  to: '/' | '/ask' | '/data' | '/build' | '/activity' | '/settings'
  label: string
  icon: LucideIcon
  /** The second key of 'g …'. */
  key: string
}

/** The rooms that exist; a room joins the rail when it works. */
export const PLACES: readonly Place[] = [
  { to: '/', label: 'Home', icon: House, key: 'h' },
  { to: '/ask', label: 'Ask', icon: MessageSquareText, key: 'a' },
  { to: '/data', label: 'Data', icon: Database, key: 'd' },
  { to: '/build', label: 'Build', icon: FlaskConical, key: 'b' },
  { to: '/activity', label: 'Activity', icon: Activity, key: 'v' },
  { to: '/settings', label: 'Settings', icon: Settings, key: 's' },
]
