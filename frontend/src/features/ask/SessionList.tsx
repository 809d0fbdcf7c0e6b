import { Group, SegmentedControl, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MessageSquareText, Plus, Search } from 'lucide-react'
import { useState } from 'react'
import { sessionsQuery } from '../../api/queries'
import { Blank } from '../../components/Blank'
import { ErrorState } from '../../components/ErrorState'
import { Ago } from '../../components/Time'
import { plural } from '../../format/number'
import classes from './SessionList.module.css'
import { SessionMenu } from './SessionMenu'
import { LinkButton } from '../../components/LinkButton'

/** Every conversation: search, open, rename, archive, delete. */
export function SessionList({ currentId, onOpen }: { currentId?: string; onOpen?: () => void }) {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), 200)
  const [archived, setArchived] = useState(false)
  const sessions = useQuery({ ...sessionsQuery(search, archived), placeholderData: keepPreviousData })

  return (
    <nav aria-label="Conversations" className={classes.panel}>
      <Stack gap={8} p={12}>
        <LinkButton
          to="/ask"
          {...(onOpen && { onClick: onOpen })}
          leftSection={<Plus size={16} aria-hidden />}
          variant="light"
          fullWidth
        >
          New question
        </LinkButton>
        <TextInput
          size="xs"
          aria-label="Search conversations"
          placeholder="Search"
          leftSection={<Search size={14} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="Which conversations"
          value={archived ? 'archived' : 'active'}
          onChange={(value) => setArchived(value === 'archived')}
          data={[
            { value: 'active', label: 'Active' },
            { value: 'archived', label: 'Archived' },
          ]}
        />
      </Stack>
      <div className={classes.scroll}>
        {sessions.error ? (
          <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />
        ) : !sessions.data ? (
          <Stack gap={8} p={12} aria-label="Loading" role="status">
            {[1, 2, 3, 4].map((n) => (
              <Skeleton key={n} h={44} />
            ))}
          </Stack>
        ) : sessions.data.length === 0 ? (
          <Blank
            icon={MessageSquareText}
            title={search ? 'Nothing found' : archived ? 'Archive is empty' : 'No conversations yet'}
          >
            {search
              ? 'No title contains these words.'
              : archived
                ? ''
                : 'Your questions will be listed here.'}
          </Blank>
        ) : (
          <ul className={classes.list}>
            {sessions.data.map((session) => (
              <li key={session.id} data-current={session.id === currentId || undefined}>
                <Link
                  to="/ask/$sessionId"
                  params={{ sessionId: session.id }}
                  {...(onOpen && { onClick: onOpen })}
                  className={classes.link}
                >
                  <span className={classes.title}>{session.title}</span>
                  <Text span size="xs" c="dimmed" className="num">
                    {plural(session.turns, 'question')} · <Ago at={session.updated_at} />
                  </Text>
                </Link>
                <Group className={classes.menu}>
                  <SessionMenu session={session} current={session.id === currentId} />
                </Group>
              </li>
            ))}
          </ul>
        )}
      </div>
    </nav>
  )
}
