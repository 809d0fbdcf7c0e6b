import { Group, Stack, Text, Title } from '@mantine/core'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './Blank.module.css'

interface Props {
  icon: LucideIcon
  title: string
  children?: ReactNode
  /** The next thing to do. */
  action?: ReactNode
  order?: 2 | 3
}

/** Nothing here yet: why, and what to do next. */
export function Blank({ icon: Icon, title, children, action, order = 3 }: Props) {
  return (
    <Stack align="center" gap={8} className={classes.blank}>
      <span className={classes.disc}>
        <Icon size={22} aria-hidden />
      </span>
      <Title order={order} size="h3">
        {title}
      </Title>
      {children && (
        <Text size="sm" c="dimmed" maw={440} ta="center">
          {children}
        </Text>
      )}
      {action && (
        <Group mt={8} justify="center" gap="xs">
          {action}
        </Group>
      )}
    </Stack>
  )
}
