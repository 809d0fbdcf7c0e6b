import { ActionIcon, Drawer, Tooltip } from '@mantine/core'
import { useDisclosure, useLocalStorage, useMediaQuery } from '@mantine/hooks'
import { PanelLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './AskFrame.module.css'
import { SessionList } from './SessionList'

interface Props {
  title: string
  sessionId?: string
  actions?: ReactNode
  children: ReactNode
}

/** The list of conversations beside what is asked now; a drawer where there is no room. */
export function AskFrame({ title, sessionId, actions, children }: Props) {
  const wide = useMediaQuery('(min-width: 1280px)', true, { getInitialValueInEffect: false })
  const [shown, setShown] = useLocalStorage({ key: 'lakeglass.sessions', defaultValue: true })
  const [drawer, { open, close }] = useDisclosure(false)
  const inline = wide && shown
  const current = sessionId ? { currentId: sessionId } : {}

  return (
    <div className={classes.frame} data-list={inline || undefined}>
      {inline && (
        <div className={classes.list}>
          <SessionList {...current} />
        </div>
      )}
      <div className={classes.main}>
        <header className={classes.head}>
          <Tooltip label={inline ? 'Hide conversations' : 'Show conversations'}>
            <ActionIcon
              aria-label={inline ? 'Hide conversations' : 'Show conversations'}
              aria-expanded={inline || drawer}
              onClick={() => (wide ? setShown(!shown) : open())}
            >
              <PanelLeft size={18} strokeWidth={1.8} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <h1 className={classes.title}>{title}</h1>
          {actions}
        </header>
        {children}
      </div>
      <Drawer opened={drawer && !wide} onClose={close} title="Conversations" size={320} padding={0}>
        <SessionList {...current} onOpen={close} />
      </Drawer>
    </div>
  )
}
