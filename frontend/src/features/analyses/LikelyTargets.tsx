import { UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useId } from 'react'
import { likelyTargetsQuery } from '../../api/queries'
import classes from './Build.module.css'

interface Props {
  datasetId: string
  target: string | null
  onChoose: (target: string | null) => void
}

/** Columns that are probably asked for, each with the reason; one click takes it, another lets it go. */
export function LikelyTargets({ datasetId, target, onChoose }: Props) {
  // A help, no need: without it every column can still be chosen above.
  const { data } = useQuery({ ...likelyTargetsQuery(datasetId), retry: false })
  const title = useId()
  if (!data || data.length === 0) return null
  return (
    <div>
      <div id={title} className={classes.label}>
        Likely columns to predict
      </div>
      <ul className={classes.likely} aria-labelledby={title}>
        {data.map(({ column, reason }) => (
          <li key={column}>
            <UnstyledButton
              className={classes.likelyTarget}
              aria-pressed={column === target}
              onClick={() => onChoose(column === target ? null : column)}
            >
              <span className={classes.likelyName}>
                {column === target && <Check size={14} aria-hidden />}
                {column}
              </span>
              <span className={classes.likelyReason}>{reason.charAt(0).toUpperCase() + reason.slice(1)}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </div>
  )
}
