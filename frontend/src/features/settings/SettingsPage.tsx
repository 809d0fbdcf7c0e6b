import { Badge, SegmentedControl, Skeleton, Stack, Text, Title, useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ShieldAlert } from 'lucide-react'
import { healthQuery, meQuery } from '../../api/queries'
import type { Health, Me } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'
import { Status, type AnyState } from '../../components/Status'
import { duration, number } from '../../format/number'
import { Fact } from './Fact'
import { ModelPanel } from './ModelPanel'
import classes from './SettingsPage.module.css'

/** What this server is made of and what it allows; set by whoever runs it. */
export function SettingsPage() {
  const health = useQuery(healthQuery)
  const me = useQuery(meQuery)
  return (
    <div className="page">
      <Title order={1}>Settings</Title>
      <Text c="dimmed" mt={4} mb="lg">
        The language model is set up here; the server’s other settings are made where it is started:{' '}
        <span className="mono">lakeglass doctor</span> lists each of them.
      </Text>
      <div className={classes.grid}>
        <Appearance />
        <ModelPanel />
        {health.error ? (
          <ErrorState
            error={health.error}
            title="The server did not tell its state"
            onRetry={() => void health.refetch()}
          />
        ) : health.data ? (
          <Server health={health.data} me={me.data} />
        ) : (
          <Skeleton h={280} role="status" aria-label="Loading" />
        )}
      </div>
    </div>
  )
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Panel title="Appearance">
      <Fact name="Theme">
        <SegmentedControl
          aria-label="Theme"
          value={colorScheme}
          onChange={(value) => setColorScheme(value === 'dark' || value === 'light' ? value : 'auto')}
          data={[
            { value: 'auto', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </Fact>
    </Panel>
  )
}

const SANDBOX: Record<Health['sandbox']['state'], { state: AnyState; word: string }> = {
  ready: { state: 'ready', word: 'Ready' },
  starting: { state: 'running', word: 'Starting' },
  stopped: { state: 'interrupted', word: 'Stopped' },
  unavailable: { state: 'failed', word: 'Unavailable' },
}

function Server({ health, me }: { health: Health; me: Me | undefined }) {
  const { sandbox, limits } = health
  return (
    <>
      <Panel title="Sandbox: where generated code runs">
        <Stack gap={0}>
          <Fact name="State">
            <Status {...SANDBOX[sandbox.state]} />
          </Fact>
          <Fact name="Backend">{sandbox.backend}</Fact>
          <Fact name="Tier">{sandbox.tier ? <Badge>{sandbox.tier}</Badge> : '–'}</Fact>
          <Fact name="Isolation">{sandbox.isolation ?? '–'}</Fact>
          <Fact name="Network">
            {said(sandbox.network, 'Allowed', 'None: code reaches no other computer')}
          </Fact>
          <Fact name="Kernel">
            {said(sandbox.shares_kernel, 'Shared with the server', 'Its own, in a virtual machine')}
          </Fact>
          <Fact name="Memory limit">
            {said(sandbox.hard_memory_limit, 'Held by the kernel', 'Watched by the server')}
          </Fact>
          {sandbox.message && <Fact name="Message">{sandbox.message}</Fact>}
          {sandbox.warnings.map((warning) => (
            <p key={warning} className={classes.warning}>
              <ShieldAlert size={15} aria-hidden />
              {warning}
            </p>
          ))}
          <Text size="sm" c="dimmed" mt="xs">
            See for yourself: <span className="mono">lakeglass doctor --attack</span> attacks it on this
            machine and prints what held.
          </Text>
        </Stack>
      </Panel>
      <Panel title="Limits">
        <Fact name="Largest upload">{number(limits.max_upload_mb)} MB</Fact>
        <Fact name="Longest question">{number(limits.max_question_chars)} characters</Fact>
        <Fact name="Time for one execution">{duration(limits.timeout_s)}</Fact>
        <Fact name="Memory of a sandbox">{number(limits.memory_mb)} MB</Fact>
        <Fact name="Processors of a sandbox">{number(limits.cpus)}</Fact>
        <Fact name="Processes of a sandbox">{number(limits.processes)}</Fact>
        <Fact name="Files of a sandbox">{number(limits.work_mb)} MB, in memory</Fact>
        <Fact name="Idle sandbox is kept">{duration(limits.keep_alive_s)}</Fact>
        <Fact name="Approval">
          {health.approval === 'always' ? 'Every execution waits for a person' : 'Chosen with each question'}
        </Fact>
      </Panel>
      <Panel title="Environment">
        <Fact name="Version">{health.version}</Fact>
        <Fact name="State">
          <Status
            state={health.status === 'ok' ? 'ready' : 'failed'}
            word={health.status === 'ok' ? 'All well' : 'Degraded'}
          />
        </Fact>
        <Fact name="Database">{health.database}</Fact>
        <Fact name="Planner">{health.planner}</Fact>
        {me && (
          <>
            <Fact name="Tenant">{me.tenant_name}</Fact>
            <Fact name="You">{`${me.user_name}, ${me.role}`}</Fact>
          </>
        )}
        <Fact name="API">
          <a href="/api/openapi.json">OpenAPI description</a>
        </Fact>
      </Panel>
    </>
  )
}

const said = (fact: boolean | null, yes: string, no: string): string =>
  fact === null ? '–' : fact ? yes : no
