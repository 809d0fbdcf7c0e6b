import { ActionIcon, SegmentedControl, Text, Textarea, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ArrowUp, Square } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { healthQuery } from '../../api/queries'
import { number } from '../../format/number'
import classes from './Composer.module.css'
import { readDraft, writeDraft } from './drafts'
import { useApprovalMode } from './useApprovalMode'

export const DEFAULT_LIMIT = 10_000

interface Props {
  /** The key of the draft: a conversation, or 'new'. */
  draftKey: string
  initial?: string | undefined
  sending: boolean
  /** Why nothing can be sent now. */
  blocked?: string | undefined
  /** Ready to type when the page opens. */
  focused?: boolean
  datasets: ReactNode
  /** Settles once the question was taken, or not: what was not taken stays in the field. */
  onSend: (question: string) => Promise<unknown>
  /** Given while something runs. */
  onStop?: (() => void) | undefined
  stopping?: boolean
}

/** Where questions are written. Enter sends; drafts survive a reload. */
export function Composer(props: Props) {
  const { draftKey, initial, focused, sending, blocked, datasets, onSend, onStop } = props
  const health = useQuery(healthQuery).data
  const limit = health?.limits.max_question_chars ?? DEFAULT_LIMIT
  const { mode, always, setMode } = useApprovalMode()
  const [text, setText] = useState(() => initial ?? readDraft(draftKey))
  const field = useRef<HTMLTextAreaElement>(null)

  useEffect(() => {
    writeDraft(draftKey, text)
  }, [draftKey, text])

  useEffect(() => {
    if (focused) field.current?.focus()
  }, [focused])

  const trimmed = text.trim()
  const over = text.length > limit
  const ready = trimmed !== '' && !over && !sending && !blocked && !onStop

  const send = () => {
    if (!ready) return
    field.current?.focus()
    onSend(trimmed).then(
      () => {
        writeDraft(draftKey, '') // this field may be gone by now
        setText((now) => (now.trim() === trimmed ? '' : now))
      },
      () => undefined, // told by whoever sends; the words stay
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }

  return (
    <div className={classes.composer} data-over={over || undefined}>
      <div className={classes.datasets}>{datasets}</div>
      <Textarea
        ref={field}
        aria-label="Your question"
        placeholder="Ask about your data"
        autosize
        minRows={1}
        maxRows={10}
        variant="unstyled"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        error={
          over ? `${number(text.length)} of ${number(limit)} characters: shorten it to send it` : undefined
        }
        classNames={{ input: classes.input ?? '', error: classes.error ?? '' }}
      />
      <div className={classes.foot}>
        <SegmentedControl
          size="xs"
          value={mode}
          onChange={(value) => setMode(value === 'review' ? 'review' : 'auto')}
          disabled={always}
          aria-label="Before code runs"
          data={[
            { value: 'auto', label: 'Run automatically' },
            { value: 'review', label: 'Review first' },
          ]}
        />
        <Text size="xs" c="dimmed" className={classes.hint} aria-live="polite">
          {blocked ??
            (text.length > limit * 0.8 && !over
              ? `${number(limit - text.length)} characters left`
              : always
                ? 'This server always asks before code runs'
                : '')}
        </Text>
        {onStop ? (
          <Tooltip label="Stop what runs">
            <ActionIcon
              variant="filled"
              color="red.8"
              size={36}
              radius="xl"
              aria-label="Stop"
              loading={props.stopping ?? false}
              onClick={onStop}
            >
              <Square size={14} fill="currentColor" aria-hidden />
            </ActionIcon>
          </Tooltip>
        ) : (
          <Tooltip label="Send (Enter)">
            <ActionIcon
              variant="filled"
              color="teal"
              size={36}
              radius="xl"
              aria-label="Send"
              loading={sending}
              disabled={!ready}
              onClick={send}
            >
              <ArrowUp size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </div>
  )
}
