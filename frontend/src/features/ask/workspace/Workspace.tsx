import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import {
  Bot,
  ChartColumn,
  Code,
  GitCommitVertical,
  Terminal,
  Table2,
  Variable,
  type LucideIcon,
} from 'lucide-react'
import { liveSessionQuery } from '../../../api/queries'
import { Blank } from '../../../components/Blank'
import { activeRun, type LiveTurn } from '../../../live/conversation'
import { charts, tables, TABS, type Choice, type Focus, type Tab } from '../focus'
import { ChartsTab } from './ChartsTab'
import { CodeTab } from './CodeTab'
import { LogTab } from './LogTab'
import { ModelTab } from './ModelTab'
import { ProvenanceTab } from './ProvenanceTab'
import { SessionFoot } from './SessionFoot'
import { TablesTab } from './TablesTab'
import { VariablesTab } from './VariablesTab'
import classes from './Workspace.module.css'

interface Props {
  sessionId: string
  focus: Focus
  onChange: (choice: Choice) => void
  onQuestion: (turnId: string) => void
}

const LOOK: Record<Tab, { label: string; icon: LucideIcon }> = {
  code: { label: 'Code', icon: Code },
  charts: { label: 'Charts', icon: ChartColumn },
  tables: { label: 'Tables', icon: Table2 },
  log: { label: 'Log', icon: Terminal },
  model: { label: 'Model', icon: Bot },
  variables: { label: 'Variables', icon: Variable },
  provenance: { label: 'Provenance', icon: GitCommitVertical },
}

/** What was done for one turn: code, charts, tables, what was printed, what lives on, where it came from. */
export default function Workspace({ sessionId, focus, onChange, onQuestion }: Props) {
  const { turn, attempt, tab } = focus
  const running = turn !== undefined && activeRun(turn) !== undefined
  const session = useQuery(liveSessionQuery(sessionId)).data
  const count: Partial<Record<Tab, number>> = {
    code: turn?.attempts.length ?? 0,
    charts: charts(attempt).length,
    tables: tables(attempt).length,
    variables: session?.variables ?? 0,
  }
  return (
    <Tabs
      value={tab}
      onChange={(value) => onChange({ tab: TABS.find((name) => name === value) })}
      className={classes.workspace}
      keepMounted={false}
    >
      <Tabs.List className={classes.tabs} aria-label="Workspace">
        {TABS.filter((name) => name !== 'model' || asksModel(turn)).map((name) => {
          const { label, icon: Icon } = LOOK[name]
          const n = count[name] ?? 0
          return (
            <Tabs.Tab key={name} value={name} leftSection={<Icon size={15} aria-hidden />}>
              {label}
              {n > 1 && <span className={classes.count}>{n}</span>}
            </Tabs.Tab>
          )
        })}
      </Tabs.List>
      <Tabs.Panel value={tab} className={classes.panel}>
        {tab === 'variables' ? (
          <VariablesTab sessionId={sessionId} />
        ) : tab === 'model' && turn ? (
          <ModelTab sessionId={sessionId} turn={turn} />
        ) : !turn || !attempt ? (
          <NoWork tab={tab} over={turn?.state !== 'running' && turn?.state !== 'waiting'} />
        ) : tab === 'code' ? (
          <CodeTab key={turn.id} sessionId={sessionId} turn={turn} attempt={attempt} onChange={onChange} />
        ) : tab === 'charts' ? (
          <ChartsTab attempt={attempt} artifactId={focus.artifactId} onChange={onChange} />
        ) : tab === 'tables' ? (
          <TablesTab attempt={attempt} artifactId={focus.artifactId} onChange={onChange} />
        ) : tab === 'log' ? (
          <LogTab turn={turn} attempt={attempt} />
        ) : (
          <ProvenanceTab turn={turn} attempt={attempt} onChange={onChange} onQuestion={onQuestion} />
        )}
      </Tabs.Panel>
      <SessionFoot sessionId={sessionId} running={running} />
    </Tabs>
  )
}

/** Without a model its tab says nothing, and takes the room of the others. */
const asksModel = (turn: LiveTurn | undefined): boolean => turn !== undefined && turn.planner !== 'builtin'

function NoWork({ tab, over }: { tab: Tab; over: boolean }) {
  return (
    <Blank icon={LOOK[tab].icon} title={over ? 'No code ran for this question' : 'Nothing here yet'}>
      {over
        ? 'Choose another question on the left to see how it was answered.'
        : 'The code of the answer appears here before it runs; its charts, tables and log follow.'}
    </Blank>
  )
}
