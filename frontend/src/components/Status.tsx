import {
  Ban,
  CheckCircle2,
  CircleDashed,
  CircleX,
  Clock3,
  Hand,
  LoaderCircle,
  MemoryStick,
  TimerOff,
  Unplug,
  type LucideIcon,
} from 'lucide-react'
import type { AttemptState, DatasetState, RunState, StepState, TurnState } from '../api/types'
import classes from './Status.module.css'

export type AnyState = RunState | TurnState | StepState | AttemptState | DatasetState

type Tone = 'good' | 'bad' | 'warn' | 'info' | 'quiet'

const LOOK: Record<AnyState, { word: string; tone: Tone; icon: LucideIcon; turning?: boolean }> = {
  queued: { word: 'Queued', tone: 'quiet', icon: Clock3 },
  pending: { word: 'Pending', tone: 'quiet', icon: CircleDashed },
  running: { word: 'Running', tone: 'info', icon: LoaderCircle, turning: true },
  profiling: { word: 'Profiling', tone: 'info', icon: LoaderCircle, turning: true },
  waiting: { word: 'Waits for you', tone: 'warn', icon: Hand },
  done: { word: 'Done', tone: 'good', icon: CheckCircle2 },
  ok: { word: 'Succeeded', tone: 'good', icon: CheckCircle2 },
  ready: { word: 'Ready', tone: 'good', icon: CheckCircle2 },
  failed: { word: 'Failed', tone: 'bad', icon: CircleX },
  error: { word: 'Error', tone: 'bad', icon: CircleX },
  died: { word: 'Sandbox died', tone: 'bad', icon: CircleX },
  lost: { word: 'Connection lost', tone: 'bad', icon: Unplug },
  memory: { word: 'Out of memory', tone: 'bad', icon: MemoryStick },
  timeout: { word: 'Timed out', tone: 'bad', icon: TimerOff },
  interrupted: { word: 'Stopped', tone: 'quiet', icon: Ban },
  skipped: { word: 'Not run', tone: 'quiet', icon: Ban },
  cancelled: { word: 'Cancelled', tone: 'quiet', icon: Ban },
}

export const stateWord = (state: AnyState): string => LOOK[state].word

/** The icon alone; its word must stand beside it or be said otherwise. */
export function StatusIcon({ state, size = 16 }: { state: AnyState; size?: number }) {
  const { icon: Icon, tone, turning } = LOOK[state]
  return <Icon size={size} aria-hidden className={classes.icon} data-tone={tone} data-turning={turning} />
}

/** A state as icon, word and colour. */
export function Status({ state, word }: { state: AnyState; word?: string }) {
  return (
    <span className={classes.status} data-tone={LOOK[state].tone}>
      <StatusIcon state={state} size={15} />
      {word ?? LOOK[state].word}
    </span>
  )
}
