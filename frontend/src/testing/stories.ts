/** Random conversations as the server would tell them: the events, and the view that GET would give. */
import fc from 'fast-check'
import type {
  ArtifactView,
  Attempt,
  AttemptState,
  Envelope,
  EventBody,
  RunState,
  TurnView,
} from '../api/types'

const AT = '2026-01-01T00:00:00Z'

interface TurnPlan {
  understood: boolean
  planned: boolean
  review: 'none' | 'approve' | 'decline' | 'open'
  attempt: AttemptState | 'none'
  artifacts: number
  lines: number
  outcome: 'answer' | 'not_answered' | 'offered' | 'begun' | 'nothing'
  end: RunState
  edits: AttemptState[]
}

const ended: AttemptState[] = ['ok', 'error', 'timeout', 'interrupted', 'memory', 'died', 'lost']

export const turnPlan: fc.Arbitrary<TurnPlan> = fc.record({
  understood: fc.boolean(),
  planned: fc.boolean(),
  review: fc.constantFrom('none', 'approve', 'decline', 'open'),
  attempt: fc.constantFrom('none', 'pending', ...ended),
  artifacts: fc.nat(3),
  lines: fc.nat(3),
  outcome: fc.constantFrom('answer', 'not_answered', 'offered', 'begun', 'nothing'),
  end: fc.constantFrom('running', 'waiting', 'done', 'failed', 'cancelled'),
  edits: fc.array(fc.constantFrom(...ended), { maxLength: 2 }),
})

export interface Story {
  events: Envelope[]
  turns: TurnView[]
}

const FAILURE = { code: 'INTERNAL_ERROR', message: 'it broke', details: {} }
const ESTIMATE = {
  seconds_low: 1,
  seconds_high: 2,
  cost_low: '0',
  cost_high: '0',
  currency: 'USD',
  rows: 10,
}

/** The events of one turn; `tell` numbers them. */
function tellTurn(index: number, plan: TurnPlan, tell: (runId: string, body: EventBody) => void): TurnView {
  const id = `trn_${index}`
  const run = `run_${index}`
  const turn: TurnView = {
    id,
    run_id: run,
    question: `question ${index}`,
    state: 'running',
    created_at: AT,
    planner: 'built-in',
    understanding: null,
    plan_json: null,
    steps: [],
    estimate: null,
    answer: null,
    message: null,
    reason: null,
    near_questions: [],
    offer: null,
    contract: null,
    failure: null,
    attempts: [],
  }
  const state = (to: RunState, failure = to === 'failed' ? FAILURE : null) => {
    tell(run, { type: 'run', kind: 'ask', title: turn.question, state: to, failure })
    turn.state = to === 'queued' ? 'running' : to
    turn.failure = failure
  }
  if (index % 2 === 0) state('queued')
  tell(run, { type: 'turn', turn_id: id, question: turn.question, planner: turn.planner })
  if (index % 2 === 1) state('queued')
  state('running')
  if (plan.understood) {
    turn.understanding = { restatement: 'r', chips: [], assumptions: [], ignored: [], confidence: 1 }
    tell(run, { type: 'understanding', turn_id: id, understanding: turn.understanding })
  }
  if (plan.planned) {
    Object.assign(turn, {
      steps: [{ id: 's1', title: 'Read', detail: '' }],
      estimate: ESTIMATE,
      plan_json: '{}',
    })
    tell(run, {
      type: 'plan',
      turn_id: id,
      steps: turn.steps,
      estimate: ESTIMATE,
      plan_json: '{}',
      contract: null,
    })
    tell(run, { type: 'step', turn_id: id, step_id: 's1', state: 'running' })
  }
  if (plan.review !== 'none') {
    const request = { title: 't', steps: [], estimate: ESTIMATE, reason: 'r', packages: [] }
    tell(run, { type: 'approval', approval_id: `app_${index}`, request })
    if (plan.review !== 'open')
      tell(run, { type: 'approval_decided', approval_id: `app_${index}`, verdict: plan.review, by: 'u' })
  }
  if (plan.attempt !== 'none')
    turn.attempts = [tellAttempt(turn, run, 1, plan.attempt, plan.artifacts, plan.lines, 'planner', tell)]
  if (plan.outcome === 'answer') {
    turn.answer = {
      sentence: 's',
      base: '',
      numbers: [],
      checks: [],
      followups: [],
      stated_by: 'rule',
      notice: '',
    }
    tell(run, { type: 'answer', turn_id: id, answer: turn.answer })
  }
  if (plan.outcome === 'not_answered') {
    const said = { message: 'no', reason: 'unanswerable' as const, near_questions: ['this?'], offer: null }
    Object.assign(turn, said)
    tell(run, { type: 'not_answered', turn_id: id, ...said })
  }
  const offer = { dataset_id: 'ds', dataset_name: 'd', target: null, job_id: `run_b${index}`, started: false }
  if (plan.outcome === 'offered' || plan.outcome === 'begun') {
    const said = { message: 'no', reason: 'build' as const, near_questions: [], offer }
    Object.assign(turn, said)
    tell(run, { type: 'not_answered', turn_id: id, ...said })
  }
  state(plan.end)
  if (plan.outcome === 'begun') {
    turn.offer = { ...offer, started: true }
    tell(run, { type: 'build_started', turn_id: id, offer: turn.offer })
  }
  if (plan.end !== 'running' && plan.end !== 'waiting') settle(turn, run)
  plan.edits.forEach((end, i) => {
    const editRun = `${run}_edit${i}`
    const edited = tellAttempt(turn, editRun, turn.attempts.length + 1, end, 1, 1, 'edited', tell)
    turn.attempts = [...turn.attempts, edited]
    tell(editRun, { type: 'run', kind: 'execute', title: 'edit', state: 'done', failure: null })
  })
  return turn
}

function settle(turn: TurnView, run: string): void {
  turn.attempts = turn.attempts.map((a) => {
    if (a.run_id !== run) return a
    return a.state === 'pending' ? { ...a, state: 'skipped' } : a
  })
}

function tellAttempt(
  turn: TurnView,
  run: string,
  number: number,
  end: AttemptState,
  artifactCount: number,
  lineCount: number,
  origin: Attempt['origin'],
  tell: (runId: string, body: EventBody) => void,
): Attempt {
  const id = `exe_${turn.id}_${number}`
  const pending: Attempt = {
    id,
    turn_id: turn.id,
    run_id: run,
    number,
    origin,
    code: `print(${number})`,
    state: 'pending',
    dataset_versions: ['ver_1'],
    started_at: null,
    seconds: null,
    error_name: null,
    error_message: null,
    error_line: null,
    error_class: null,
    corrects: null,
    diff: null,
    why: '',
    artifacts: [],
  }
  tell(run, { type: 'code', turn_id: turn.id, attempt: pending })
  for (let i = 0; i < lineCount; i += 1)
    tell(run, {
      type: 'output',
      turn_id: turn.id,
      lines: [{ execution_id: id, stream: i % 2 ? 'stderr' : 'stdout', text: `line ${i}\n`, late: false }],
    })
  if (end === 'pending') return pending
  const artifacts: ArtifactView[] = Array.from({ length: artifactCount }, (_, i) => ({
    id: `art_${id}_${i}`,
    execution_id: id,
    kind: 'chart',
    title: `chart ${i}`,
    mime: 'application/json',
    size_bytes: 1,
    rows: null,
  }))
  for (const artifact of artifacts) tell(run, { type: 'artifact', turn_id: turn.id, artifact })
  const over: Attempt = { ...pending, state: end, started_at: AT, seconds: 0.5, artifacts }
  tell(run, { type: 'execution', turn_id: turn.id, attempt: over })
  return over
}

export function tellStory(plans: readonly TurnPlan[]): Story {
  const events: Envelope[] = []
  const tell = (runId: string, body: EventBody) => {
    // Numbers rise by more than one: other conversations of the tenant count too.
    const seq = (events.at(-1)?.seq ?? 0) + 1 + (events.length % 3)
    events.push({ seq, at: AT, subject: 'ses_1', run_id: runId, body })
  }
  const turns = plans.map((plan, index) => tellTurn(index, plan, tell))
  return { events, turns }
}

export const story: fc.Arbitrary<Story> = fc.array(turnPlan, { minLength: 1, maxLength: 4 }).map(tellStory)
