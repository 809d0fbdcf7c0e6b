import { Button, Title } from '@mantine/core'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { ErrorState } from '../../components/ErrorState'

/** The page itself failed: what is on the server is not touched by that. */
export function CrashPage({ error, reset }: ErrorComponentProps) {
  return (
    <div className="page">
      <Title order={1} mb="md">
        This page could not be shown
      </Title>
      <ErrorState
        error={error}
        title="The page failed, not your work: everything is kept on the server"
        onRetry={reset}
        actions={
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            Reload
          </Button>
        }
      />
    </div>
  )
}
