import { Button } from '@mantine/core'
import { ArrowDown } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { LiveTurn } from '../../live/conversation'
import classes from './Conversation.module.css'
import type { Choice } from './focus'
import { Turn, type TurnProps } from './Turn'

interface Props {
  turns: readonly LiveTurn[]
  focusedId: string | undefined
  busy: boolean
  onAsk: TurnProps['onAsk']
  onShow: (choice: Choice) => void
}

const NEAR = 96

/** The turns, scrolled along with what comes, unless the reader went up to read. */
export function Conversation({ turns, focusedId, busy, onAsk, onShow }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const [away, setAway] = useState(false)

  const toEnd = useCallback(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [])

  useEffect(() => {
    following.current = true
    toEnd()
  }, [turns.length, toEnd])

  useEffect(() => {
    if (!content.current) return
    const observer = new ResizeObserver(() => {
      if (following.current) toEnd()
    })
    observer.observe(content.current)
    return () => observer.disconnect()
  }, [toEnd])

  const onScroll = () => {
    const element = box.current
    if (!element) return
    following.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR
    setAway(!following.current)
  }

  return (
    <div className={classes.outer}>
      <div
        ref={box}
        className={classes.box}
        onScroll={onScroll}
        role="region"
        tabIndex={0}
        aria-label="Conversation"
      >
        <div ref={content} className={classes.content}>
          {turns.map((turn, index) => (
            <Turn
              key={turn.id}
              turn={turn}
              last={index === turns.length - 1}
              focused={turn.id === focusedId && turns.length > 1}
              busy={busy}
              onAsk={onAsk}
              onShow={onShow}
            />
          ))}
        </div>
      </div>
      {away && (
        <Button
          size="xs"
          radius="xl"
          variant="default"
          className={classes.down}
          leftSection={<ArrowDown size={14} aria-hidden />}
          onClick={toEnd}
        >
          Latest
        </Button>
      )}
    </div>
  )
}
