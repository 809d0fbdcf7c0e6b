import { Button } from '@mantine/core'
import { ArrowDown } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { LiveTurn } from '../../live/conversation'
import classes from './Conversation.module.css'
import type { Choice } from './focus'
import { Turn, type TurnProps } from './Turn'

interface Props {
  sessionId: string
  turns: readonly LiveTurn[]
  /** The question that a link leads to; the latest one by default. */
  startAt?: string | undefined
  focusedId: string | undefined
  busy: boolean
  onAsk: TurnProps['onAsk']
  onShow: (choice: Choice) => void
}

const NEAR = 64
const GAP = 16

/** The turns, scrolled along with what comes, unless the reader went up to read. */
export function Conversation({ sessionId, turns, startAt, focusedId, busy, onAsk, onShow }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const [away, setAway] = useState(false)

  /** To the end, but never past the question that the reader waits for. */
  const toLatest = useCallback(() => {
    const last = content.current?.lastElementChild
    if (!box.current || !(last instanceof HTMLElement)) return
    const end = box.current.scrollHeight - box.current.clientHeight
    box.current.scrollTo({ top: Math.min(end, last.offsetTop - GAP) })
  }, [])

  const linked = useRef(startAt)
  useEffect(() => {
    const target = linked.current && document.getElementById(`turn-${linked.current}`)
    linked.current = undefined
    following.current = !target
    if (target) target.scrollIntoView({ block: 'start' })
    else toLatest()
  }, [turns.length, toLatest])

  useEffect(() => {
    if (!content.current) return
    const observer = new ResizeObserver(() => {
      if (following.current) toLatest()
    })
    observer.observe(content.current)
    return () => observer.disconnect()
  }, [toLatest])

  const onScroll = () => {
    const element = box.current
    const last = content.current?.lastElementChild
    if (!element || !(last instanceof HTMLElement)) return
    // Reading back ends the following; at the latest question it begins again.
    const top = Math.min(element.scrollHeight - element.clientHeight, last.offsetTop - GAP)
    following.current = Math.abs(element.scrollTop - top) < NEAR
    setAway(element.scrollTop < top - NEAR)
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
              sessionId={sessionId}
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
          onClick={toLatest}
        >
          Latest
        </Button>
      )}
    </div>
  )
}
