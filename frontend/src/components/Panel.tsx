import { Group, Title } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import classes from './Panel.module.css'

interface Props {
  title: string
  aside?: ReactNode
  children: ReactNode
  /** Without inner padding, for lists and tables that reach the border. */
  flush?: boolean
}

/** A titled region with a one-pixel border. */
export function Panel({ title, aside, children, flush = false }: Props) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={classes.panel}>
      <Group justify="space-between" className={classes.head} wrap="nowrap" gap="xs">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {aside}
      </Group>
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  )
}
