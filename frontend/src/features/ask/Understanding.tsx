import { Text, Tooltip, UnstyledButton } from '@mantine/core'
import { CircleHelp, CircleCheck, TriangleAlert, X } from 'lucide-react'
import type { Chip, Understanding as UnderstandingView } from '../../api/types'
import classes from './Understanding.module.css'
import { confidence, ROLES } from './words'

interface Props {
  understanding: UnderstandingView
  /** Without an answer there is nothing to be sure of. */
  answered: boolean
  disabled: boolean
  /** Asks the same question again without this part. */
  onRemove: (chip: Chip) => void
}

const CONFIDENCE_ICON = { high: CircleCheck, fair: CircleHelp, low: TriangleAlert } as const

/** How the question was read: parts, assumptions, what was left out, how sure. */
export function Understanding({ understanding, answered, disabled, onRemove }: Props) {
  const sure = confidence(understanding.confidence)
  const Icon = CONFIDENCE_ICON[sure.level]
  return (
    <div role="group" aria-label="How the question was understood" className={classes.box}>
      {understanding.restatement && <Text size="sm">{understanding.restatement}</Text>}
      {understanding.chips.length > 0 && (
        <ul className={classes.chips}>
          {understanding.chips.map((chip) => (
            <li key={chip.id}>
              <ChipView chip={chip} disabled={disabled} onRemove={onRemove} />
            </li>
          ))}
        </ul>
      )}
      <ul className={classes.notes}>
        {answered && (
          <li data-level={sure.level}>
            <Icon size={14} aria-hidden />
            <span>{sure.words}</span>
          </li>
        )}
        {understanding.assumptions.map((assumption) => (
          <li key={assumption}>
            <CircleHelp size={14} aria-hidden />
            <span>Assumed: {assumption}</span>
          </li>
        ))}
        {understanding.ignored.length > 0 && (
          <li data-level="low">
            <TriangleAlert size={14} aria-hidden />
            <span>I did not use: {understanding.ignored.map((word) => `“${word}”`).join(', ')}</span>
          </li>
        )}
      </ul>
    </div>
  )
}

function ChipView({
  chip,
  disabled,
  onRemove,
}: {
  chip: Chip
  disabled: boolean
  onRemove: (chip: Chip) => void
}) {
  const { word, icon: Icon } = ROLES[chip.role]
  return (
    <span className={classes.chip} title={chip.words ? `from “${chip.words}”` : undefined}>
      <Icon size={14} aria-hidden />
      <span className={classes.role}>{word}</span>
      <span className={classes.label}>{chip.label}</span>
      {chip.removable && (
        <Tooltip label="Ask again without this">
          <UnstyledButton
            className={classes.remove}
            disabled={disabled}
            aria-label={`Ask again without ${word.toLowerCase()} ${chip.label}`}
            onClick={() => onRemove(chip)}
          >
            <X size={13} aria-hidden />
          </UnstyledButton>
        </Tooltip>
      )}
    </span>
  )
}
