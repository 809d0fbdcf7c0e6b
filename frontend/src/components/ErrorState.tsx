import { Button, Code, Group, Stack, Text } from '@mantine/core'
import { CircleAlert, RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { asApiError, whatIsSafe, whatToDo } from '../api/errors'
import classes from './ErrorState.module.css'

interface Props {
  error: unknown
  /** What was being done, as 'The dataset could not be loaded'. */
  title?: string
  onRetry?: () => void
  actions?: ReactNode
}

/** A failure: what happened, what is safe, what to do, and the id to quote. */
export function ErrorState({ error, title, onRetry, actions }: Props) {
  const failure = asApiError(error)
  return (
    <div className={classes.box} role="alert">
      <CircleAlert size={20} aria-hidden className={classes.icon} />
      <Stack gap={4} miw={0}>
        <Text fw={600} size="sm">
          {title ?? 'That did not work'}
        </Text>
        <Text size="sm">{failure.message}</Text>
        <Text size="sm" c="dimmed">
          {whatIsSafe(failure)} {whatToDo(failure)}
        </Text>
        <Group gap="xs" mt={4}>
          {onRetry && !failure.gone && (
            <Button
              size="xs"
              variant="default"
              leftSection={<RotateCcw size={14} aria-hidden />}
              onClick={onRetry}
            >
              Try again
            </Button>
          )}
          {actions}
          <Text size="xs" c="dimmed">
            <Code className={classes.code}>{failure.code}</Code>
            {failure.requestId && (
              <>
                {' '}
                request <Code className={classes.code}>{failure.requestId}</Code>
              </>
            )}
          </Text>
        </Group>
      </Stack>
    </div>
  )
}
