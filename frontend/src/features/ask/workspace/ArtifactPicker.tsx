import { Select, Text } from '@mantine/core'
import type { ArtifactView } from '../../../api/types'
import classes from './Workspace.module.css'

interface Props {
  label: string
  artifacts: readonly ArtifactView[]
  current: ArtifactView
  onPick: (id: string) => void
}

/** The title of the only one, or a choice among several. */
export function ArtifactPicker({ label, artifacts, current, onPick }: Props) {
  if (artifacts.length < 2)
    return (
      <Text size="sm" fw={600} truncate className={classes.title} title={current.title}>
        {current.title}
      </Text>
    )
  return (
    <Select
      size="xs"
      maw={320}
      aria-label={label}
      allowDeselect={false}
      value={current.id}
      onChange={(id) => id && onPick(id)}
      data={artifacts.map((artifact, i) => ({ value: artifact.id, label: `${i + 1} · ${artifact.title}` }))}
    />
  )
}
