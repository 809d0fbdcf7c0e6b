import { Text } from '@mantine/core'
import { StatusIcon, stateWord } from '../../components/Status'
import type { StepState } from '../../api/types'
import type { LiveTurn } from '../../live/conversation'
import classes from './PlanSteps.module.css'

/** A step that the stream said nothing about is as far as its turn is. */
function stateOf(turn: LiveTurn, stepId: string): StepState {
  return turn.stepStates[stepId] ?? 'pending'
}

/** The steps of the plan, with how far each is. */
export function PlanSteps({ turn }: { turn: LiveTurn }) {
  return (
    <ol className={classes.steps} aria-label="Plan">
      {turn.steps.map((step) => {
        const state = stateOf(turn, step.id)
        return (
          <li key={step.id} data-state={state}>
            <StatusIcon state={state} size={16} />
            <span>
              <Text span size="sm" fw={state === 'running' ? 600 : 400}>
                {step.title}
              </Text>
              <Text span size="xs" c="dimmed" className={classes.word}>
                {stateWord(state)}
              </Text>
              {step.detail && (
                <Text size="xs" c="dimmed">
                  {step.detail}
                </Text>
              )}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
