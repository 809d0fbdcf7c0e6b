import { Collapse, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { useId, useState } from 'react'
import type { AnalysisFinding, Eda } from '../../api/analysis'
import { jobFindingsQuery } from '../../api/queries'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'
import { number, plural } from '../../format/number'
import { EvidencePicture } from './EvidencePicture'
import classes from './Findings.module.css'
import { alike, worstFirst } from './outcome'
import { cellWord } from './picture'
import { SeverityTag } from './Verdict'

const FIRST = 8
const SEVERITIES = ['high', 'medium', 'low'] as const

/** What is wrong with the table, as soon as that is known, whatever becomes of the rest. */
export function FindingsPanel({ jobId }: { jobId: string }) {
  const eda = useQuery(jobFindingsQuery(jobId))
  if (eda.error)
    return (
      <ErrorState
        error={eda.error}
        title="The findings could not be loaded"
        onRetry={() => void eda.refetch()}
      />
    )
  if (!eda.data)
    return (
      <Panel title="Findings">
        <Stack gap={8} role="status" aria-label="Loading findings">
          <Skeleton h={36} />
          <Skeleton h={36} />
        </Stack>
      </Panel>
    )
  return <Findings eda={eda.data} />
}

export function Findings({ eda }: { eda: Eda }) {
  const [all, setAll] = useState(false)
  const findings = alike(worstFirst(eda))
  const { skipped } = eda.examination
  const shown = all ? findings : findings.slice(0, FIRST)
  return (
    <Panel
      flush
      title={findings.length > 0 ? plural(findings.length, 'finding') : 'Findings'}
      aside={
        <span className={classes.counts}>
          {SEVERITIES.map((severity) => {
            const count = findings.filter(([first]) => first?.severity === severity).length
            return count > 0 && <SeverityTag key={severity} severity={severity} count={count} />
          })}
        </span>
      }
    >
      {findings.length === 0 && (
        <Text size="sm" p="md">
          Nothing: {plural(skipped.length, 'check')} did not apply to this table, the others found no fault.
        </Text>
      )}
      <ul className={classes.list} aria-label="Findings">
        {shown.map((several, index) => (
          <Row key={`${several[0]?.code} ${index}`} several={several} />
        ))}
      </ul>
      {findings.length > FIRST && (
        <UnstyledButton className={classes.more} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show all ${number(findings.length)}`}
        </UnstyledButton>
      )}
      {skipped.length > 0 && (
        <details className={classes.fold}>
          <summary>{plural(skipped.length, 'check')} did not apply</summary>
          <ul className={classes.skipped}>
            {skipped.map((each) => (
              <li key={each.code}>
                {each.name}: {each.reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  )
}

function Row({ several }: { several: readonly AnalysisFinding[] }) {
  const [opened, setOpened] = useState(false)
  const id = useId()
  const [finding] = several
  if (!finding) return null
  const columns = several.flatMap((each) => each.columns)
  return (
    <li>
      <UnstyledButton
        className={classes.finding}
        onClick={() => setOpened(!opened)}
        aria-expanded={opened}
        aria-controls={id}
      >
        <SeverityTag severity={finding.severity} />
        <span className={classes.words}>
          <span className={classes.title}>
            {finding.name}
            {several.length > 1 && `: ${plural(several.length, 'column')}`}
          </span>
          {columns.length > 0 && (
            <span className={classes.columns} title={columns.join(', ')}>
              {columnsWord(columns)}
            </span>
          )}
          {several.length === 1 && <span className={classes.detail}>{finding.detail}</span>}
        </span>
        <ChevronDown size={15} aria-hidden className={classes.chevron} />
      </UnstyledButton>
      <Collapse expanded={opened} id={id}>
        <div className={classes.reasons}>
          <p>
            <b>Why it matters.</b> {finding.why}
          </p>
          <p>
            <b>What to do.</b> {finding.fix}
          </p>
          {several.length === 1 ? (
            <Evidence finding={finding} opened={opened} />
          ) : (
            several.map((each) => <OneOfSeveral key={each.columns.join(' ')} finding={each} />)
          )}
        </div>
      </Collapse>
    </li>
  )
}

/** A column of several of which the same is said: its own numbers unfold. */
function OneOfSeveral({ finding }: { finding: AnalysisFinding }) {
  const [opened, setOpened] = useState(false)
  const column = finding.columns[0] ?? ''
  return (
    <details className={classes.one} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>
        {!finding.detail.startsWith(column) && <b>{column}: </b>}
        {finding.detail}
      </summary>
      <Evidence finding={finding} opened={opened} />
    </details>
  )
}

function Evidence({ finding, opened }: { finding: AnalysisFinding; opened: boolean }) {
  const evidence = Object.entries(finding.evidence)
  return (
    <>
      {evidence.length > 0 && (
        <p className={classes.evidence}>
          <b>Evidence.</b>{' '}
          {evidence.map(([name, value]) => `${name.replaceAll('_', ' ')} ${cellWord(value)}`).join(' · ')}
        </p>
      )}
      {opened && finding.figure && <EvidencePicture figure={finding.figure} />}
    </>
  )
}

const NAMED = 6
const columnsWord = (columns: readonly string[]): string =>
  columns.length <= NAMED
    ? columns.join(', ')
    : `${columns.slice(0, NAMED).join(', ')} and ${number(columns.length - NAMED)} more`
