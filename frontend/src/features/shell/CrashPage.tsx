import { Button, Title } from '@mantine/core'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { ApiError } from '../../api/errors'
import { ErrorState } from '../../components/ErrorState'
import { useLink } from '../../live/link'

/**
 * What browsers and the bundler say when a part of the page can't be fetched: the service is away, or another
 * version of it runs, whose parts have other names.
 */
export const isMissingPart = (error: unknown): boolean =>
  error instanceof Error &&
  /dynamically imported module|importing a module script|preload CSS/i.test(error.message)

const MISSING = new ApiError(0, {
  code: 'PART_MISSING',
  message: 'The service was away, or a newer version of it runs. Load the page anew; drafts are kept.',
})

const reload = () => window.location.reload()

/** The page itself failed: what is on the server is not touched by that. */
export function CrashPage({ error, reset }: ErrorComponentProps) {
  const missing = isMissingPart(error)
  const link = useLink()
  // Another version is there at once, a service that was away comes back: only the latter is waited for.
  const wasAway = useRef(false)
  useEffect(() => {
    if (link !== 'open') wasAway.current = true
    else if (missing && wasAway.current) reload()
  }, [link, missing])
  return (
    <div className="page">
      <Title order={1} mb="md">
        This page could not be shown
      </Title>
      <ErrorState
        error={missing ? MISSING : error}
        title={
          missing
            ? 'A part of this page could not be loaded'
            : 'The page failed, not your work: everything is kept on the server'
        }
        // A part that could not be fetched stays missing until the page is loaded anew.
        onRetry={missing ? reload : reset}
        actions={
          !missing && (
            <Button size="xs" variant="default" onClick={reload}>
              Reload
            </Button>
          )
        }
      />
    </div>
  )
}
