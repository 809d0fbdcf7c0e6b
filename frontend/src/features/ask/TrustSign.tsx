import { Text } from '@mantine/core'
import { Scale, ShieldCheck } from 'lucide-react'
import type { SecondOpinion } from '../../api/types'
import classes from './TrustSign.module.css'

/** What the built-in analyst makes of a question that a model planned: agreement, or both answers. */
export function TrustSign({ opinion }: { opinion: SecondOpinion }) {
  if (opinion.verdict === 'differs')
    return (
      <div role="group" aria-label="Second opinion" className={classes.differs}>
        <Scale size={16} aria-hidden />
        <div>
          <Text size="sm" fw={600}>
            The built-in analyst comes to another answer
          </Text>
          <Text size="sm">{opinion.sentence}</Text>
          <Text size="xs" c="dimmed">
            It read the question as: {opinion.restatement}
          </Text>
        </div>
      </div>
    )
  return (
    <p className={classes.agrees}>
      <ShieldCheck size={15} aria-hidden />
      {opinion.verdict === 'same plan'
        ? 'Two analysts agree: the built-in one reads it in the same way'
        : `Two analysts agree: the built-in one gets the same values from “${opinion.restatement}”`}
    </p>
  )
}
