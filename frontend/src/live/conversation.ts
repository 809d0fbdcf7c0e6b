/**
 * A conversation as the fold of its events: `events.reduce(reduce, emptyConversation)`.
 *
 * The same state starts from `GET /api/sessions/{id}` (`fromDetail`); a replay of events that are in it
 * already changes nothing, so a page may resume from any cursor.
 */
import type {
  ApprovalRequest,
  ArtifactView,
  Attempt,
  Envelope,
  EventBody,
  Failure,
  OutputLine,
  RunState,
  SessionDetail,
  StepState,
  TurnState,
  TurnView,
  Verdict,
} from '../api/types'

export interface Approval {
  id: string
  runId: string
  request: ApprovalRequest
  decided?: { verdict: Verdict; by: string }
}

/** A turn with what only the stream tells: states of steps, the approval, what was printed. */
export interface LiveTurn extends TurnView {
  stepStates: Readonly<Record<string, StepState>>
  approval: Approval | null
  /** By execution; present only for executions whose output came by the stream. */
  output: Readonly<Record<string, readonly OutputLine[]>>
}

export interface RunFact {
  state: RunState
  failure: Failure | null
}

export interface Conversation {
  seq: number
  turns: readonly LiveTurn[]
  runs: Readonly<Record<string, RunFact>>
  /** Approvals by run: one may be asked before its turn is known. */
  approvals: Readonly<Record<string, Approval>>
}

export const emptyConversation: Conversation = { seq: 0, turns: [], runs: {}, approvals: {} }

const ENDED: ReadonlySet<RunState> = new Set(['done', 'failed', 'cancelled'])

/** The run that is at work for this turn: the question's own, or one of edited code. */
export function activeRun(turn: TurnView): string | undefined {
  if (turn.state === 'running' || turn.state === 'waiting') return turn.run_id
  return turn.attempts.find((attempt) => attempt.state === 'pending' || attempt.state === 'running')?.run_id
}

export function fromDetail(detail: Pick<SessionDetail, 'turns' | 'last_seq'>): Conversation {
  return {
    ...emptyConversation,
    seq: detail.last_seq,
    turns: detail.turns.map((turn) => ({
      ...turn,
      stepStates: settledSteps(turn),
      approval: null,
      output: {},
    })),
  }
}

/** A turn that ended well has done all its steps; of others only the stream knows. */
function settledSteps(turn: TurnView): Record<string, StepState> {
  if (turn.state !== 'done' || turn.message) return {}
  return Object.fromEntries(turn.steps.map((step) => [step.id, 'done' as const]))
}

/** What `GET` would say about this turn. */
export function toView(turn: LiveTurn): TurnView {
  const { stepStates: _steps, approval: _approval, output: _output, ...view } = turn
  return view
}

const turnState = (run: RunState): TurnState => (run === 'queued' ? 'running' : run)

function settleAttempts(attempts: readonly Attempt[], runId: string): Attempt[] {
  return attempts.map((attempt) => {
    if (attempt.run_id !== runId) return attempt
    if (attempt.state === 'pending') return { ...attempt, state: 'skipped' }
    return attempt.state === 'running' ? { ...attempt, state: 'interrupted' } : attempt
  })
}

/** A turn has the state of its run; executions of a run that is over can't be running. */
function withRun(turn: LiveTurn, runId: string, fact: RunFact): LiveTurn {
  const attempts = ENDED.has(fact.state) ? settleAttempts(turn.attempts, runId) : turn.attempts
  if (turn.run_id !== runId) return { ...turn, attempts }
  return { ...turn, attempts, state: turnState(fact.state), failure: fact.failure }
}

function newTurn(id: string, runId: string, at: string, question: string, planner: string): LiveTurn {
  return {
    id,
    run_id: runId,
    question,
    state: 'running',
    created_at: at,
    planner,
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
    stepStates: {},
    approval: null,
    output: {},
  }
}

function started(state: Conversation, event: Envelope, body: EventBody & { type: 'turn' }): Conversation {
  const runId = event.run_id ?? ''
  const known = state.turns.find((turn) => turn.id === body.turn_id)
  // The loaded state may be newer than its cursor: a turn that is known stays as it is.
  const base = known ?? newTurn(body.turn_id, runId, event.at, body.question, body.planner)
  const fact = state.runs[runId]
  const turn = { ...base, approval: state.approvals[runId] ?? base.approval }
  const next = fact ? withRun(turn, runId, fact) : turn
  return {
    ...state,
    turns: known ? state.turns.map((t) => (t.id === next.id ? next : t)) : [...state.turns, next],
  }
}

function change(state: Conversation, turnId: string, update: (turn: LiveTurn) => LiveTurn): Conversation {
  return { ...state, turns: state.turns.map((turn) => (turn.id === turnId ? update(turn) : turn)) }
}

function upsertAttempt(attempts: readonly Attempt[], attempt: Attempt): Attempt[] {
  const known = attempts.find((a) => a.id === attempt.id)
  if (!known) return [...attempts, attempt]
  // Artifacts that were announced one by one stay until the attempt names them itself.
  const artifacts = attempt.artifacts.length > 0 ? attempt.artifacts : known.artifacts
  return attempts.map((a) => (a.id === attempt.id ? { ...attempt, artifacts } : a))
}

function addArtifact(attempts: readonly Attempt[], artifact: ArtifactView): Attempt[] {
  return attempts.map((attempt) =>
    attempt.id === artifact.execution_id && !attempt.artifacts.some((a) => a.id === artifact.id)
      ? { ...attempt, artifacts: [...attempt.artifacts, artifact] }
      : attempt,
  )
}

function addOutput(turn: LiveTurn, lines: readonly OutputLine[]): LiveTurn {
  const output: Record<string, readonly OutputLine[]> = { ...turn.output }
  for (const line of lines) output[line.execution_id] = [...(output[line.execution_id] ?? []), line]
  return { ...turn, output }
}

function withApproval(state: Conversation, runId: string, approval: Approval): Conversation {
  return {
    ...state,
    approvals: { ...state.approvals, [runId]: approval },
    turns: state.turns.map((turn) => (worksFor(turn, runId) ? { ...turn, approval } : turn)),
  }
}

/** The question's own run, or one of code that was edited beside its answer. */
const worksFor = (turn: TurnView, runId: string): boolean =>
  turn.run_id === runId || turn.attempts.some((attempt) => attempt.run_id === runId)

function applyRun(state: Conversation, runId: string, fact: RunFact): Conversation {
  return {
    ...state,
    runs: { ...state.runs, [runId]: fact },
    turns: state.turns.map((turn) => withRun(turn, runId, fact)),
  }
}

function apply(state: Conversation, event: Envelope): Conversation {
  const { body } = event
  const runId = event.run_id ?? ''
  switch (body.type) {
    case 'run':
      return applyRun(state, runId, { state: body.state, failure: body.failure ?? null })
    case 'approval':
      return withApproval(state, runId, { id: body.approval_id, runId, request: body.request })
    case 'approval_decided': {
      const approval = state.approvals[runId]
      if (approval?.id !== body.approval_id) return state
      return withApproval(state, runId, { ...approval, decided: { verdict: body.verdict, by: body.by } })
    }
    case 'turn':
      return started(state, event, body)
    case 'understanding':
      return change(state, body.turn_id, (t) => ({ ...t, understanding: body.understanding }))
    case 'plan':
      return change(state, body.turn_id, (t) => ({
        ...t,
        steps: body.steps,
        estimate: body.estimate,
        plan_json: body.plan_json,
        contract: body.contract,
      }))
    case 'step':
      return change(state, body.turn_id, (t) => ({
        ...t,
        stepStates: { ...t.stepStates, [body.step_id]: body.state },
      }))
    case 'code':
      return change(state, body.turn_id, (t) => ({
        ...t,
        attempts: upsertAttempt(t.attempts, body.attempt),
        // An execution that starts again, after a crash, prints again.
        output: body.attempt.state === 'running' ? { ...t.output, [body.attempt.id]: [] } : t.output,
      }))
    case 'execution':
      return change(state, body.turn_id, (t) => ({ ...t, attempts: upsertAttempt(t.attempts, body.attempt) }))
    case 'output':
      return change(state, body.turn_id, (t) => addOutput(t, body.lines))
    case 'artifact':
      return change(state, body.turn_id, (t) => ({ ...t, attempts: addArtifact(t.attempts, body.artifact) }))
    case 'answer':
      return change(state, body.turn_id, (t) => ({ ...t, answer: body.answer }))
    case 'not_answered':
      return change(state, body.turn_id, (t) => ({
        ...t,
        message: body.message,
        reason: body.reason,
        near_questions: body.near_questions,
        offer: body.offer,
      }))
    case 'build_started':
      return change(state, body.turn_id, (t) => ({ ...t, offer: body.offer }))
    // Of the dataset, of a stage, of an analysis: nothing that a conversation shows.
    default:
      return state
  }
}

/** One event further; what was seen before is dropped. */
export function reduce(state: Conversation, event: Envelope): Conversation {
  if (event.seq <= state.seq) return state
  return { ...apply(state, event), seq: event.seq }
}
