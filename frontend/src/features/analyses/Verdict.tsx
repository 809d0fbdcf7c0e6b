import { Info, OctagonX, ShieldCheck, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { AnalysisVerdict, Remark, Severity } from '../../api/analysis'
import classes from './Verdict.module.css'
import { SEVERITIES, VERDICTS, type Tone } from './words'

const ICONS: Record<Tone, LucideIcon> = { good: ShieldCheck, warn: TriangleAlert, bad: OctagonX }

/** What the critique said, as icon, word and colour. */
export function Verdict({ verdict }: { verdict: AnalysisVerdict }) {
  const { word, tone } = VERDICTS[verdict]
  const Icon = ICONS[tone]
  return (
    <span className={classes.tag} data-tone={tone}>
      <Icon size={15} aria-hidden />
      {word}
    </span>
  )
}

/** What the critique says about one thing: it lets the result pass, or it does not. */
export function RemarkTag({ severity }: { severity: Remark['severity'] }) {
  const tone = severity === 'fail' ? 'bad' : 'warn'
  const Icon = ICONS[tone]
  return (
    <span className={classes.tag} data-tone={tone}>
      <Icon size={15} aria-hidden />
      {severity === 'fail' ? 'Reason to reject it' : 'Warning'}
    </span>
  )
}

/** How grave a finding is, as icon, word and colour. */
export function SeverityTag({ severity, count }: { severity: Severity; count?: number }) {
  const { word, tone } = SEVERITIES[severity]
  const Icon = severity === 'low' ? Info : ICONS[tone]
  return (
    <span className={classes.tag} data-tone={tone} data-boxed>
      <Icon size={13} aria-hidden />
      {count === undefined ? word : `${count} ${word.toLowerCase()}`}
    </span>
  )
}
