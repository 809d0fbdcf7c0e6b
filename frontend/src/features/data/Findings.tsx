import { Collapse, Text, UnstyledButton } from '@mantine/core'
import { ChevronDown, Info, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { Statistics } from '../../api/types'
import { Panel } from '../../components/Panel'
import { number, plural } from '../../format/number'
import classes from './Findings.module.css'

const FIRST = 5
type Finding = Statistics['findings'][number]

/** What the owner of the table should know, the worst first; each tells why it matters and what to do. */
export function Findings({ statistics }: { statistics: Statistics }) {
  const [all, setAll] = useState(false)
  const { findings } = statistics
  if (findings.length === 0) return null
  const shown = all ? findings : findings.slice(0, FIRST)
  return (
    <Panel flush title={`Quality: ${plural(findings.length, 'finding')}`}>
      <ul className={classes.list}>
        {shown.map((finding) => (
          <Row key={`${finding.rule} ${finding.column ?? ''} ${finding.detail}`} finding={finding} />
        ))}
      </ul>
      {findings.length > FIRST && (
        <UnstyledButton className={classes.more} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show all ${number(findings.length)}`}
        </UnstyledButton>
      )}
    </Panel>
  )
}

function Row({ finding }: { finding: Finding }) {
  const [opened, setOpened] = useState(false)
  const warning = finding.severity === 'warning'
  const Icon = warning ? TriangleAlert : Info
  return (
    <li>
      <UnstyledButton
        className={classes.finding}
        onClick={() => setOpened(!opened)}
        aria-expanded={opened}
        data-severity={finding.severity}
      >
        <Icon size={15} aria-label={warning ? 'Warning' : 'Notice'} />
        <span className={classes.words}>
          <span className={classes.title}>
            {finding.column !== null && <span className={classes.column}>{finding.column}</span>}
            {finding.title}
          </span>
          <span className={classes.detail}>{finding.detail}</span>
        </span>
        <ChevronDown size={15} aria-hidden className={classes.chevron} />
      </UnstyledButton>
      <Collapse expanded={opened}>
        <div className={classes.reasons}>
          {finding.why !== '' && (
            <Text size="sm">
              <b>Why it matters.</b> {finding.why}
            </Text>
          )}
          {finding.fix !== '' && (
            <Text size="sm">
              <b>What to do.</b> {finding.fix}
            </Text>
          )}
        </div>
      </Collapse>
    </li>
  )
}
