import { Skeleton, Switch, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Bot, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { modelCallsQuery } from '../../../api/queries'
import type { ModelCall } from '../../../api/types'
import { Blank } from '../../../components/Blank'
import { ErrorState } from '../../../components/ErrorState'
import { duration, number, plural } from '../../../format/number'
import type { LiveTurn } from '../../../live/conversation'
import { costOf, outcomeWord, purposeWord, revealed, totalOf } from '../model/calls'
import classes from '../model/ModelTab.module.css'

const ROLES: Readonly<Record<string, string>> = {
  system: 'Instructions',
  user: 'Sent',
  assistant: 'Said before',
}

/** Word by word what left for a model because of this question, what came back, and what it cost. */
export function ModelTab({ sessionId, turn }: { sessionId: string; turn: LiveTurn }) {
  const all = useQuery(modelCallsQuery(sessionId))
  const [own, setOwn] = useState(false)
  if (all.error)
    return (
      <ErrorState
        error={all.error}
        title="What the model was told could not be loaded"
        onRetry={() => void all.refetch()}
      />
    )
  if (!all.data) return <Skeleton h={240} role="status" aria-label="Loading what the model was told" />
  const calls = all.data.filter((call) => call.run_id === turn.run_id)
  if (calls.length === 0)
    return (
      <Blank icon={Bot} title="No model was asked for this question">
        The built-in analyst settled it alone, or the model has not been asked yet.
      </Blank>
    )
  const hides = calls.some((call) => Object.keys(call.originals).length > 0)
  return (
    <div className={classes.tab}>
      <Totals calls={calls} all={all.data} />
      {hides && (
        <Switch
          size="sm"
          checked={own}
          onChange={(event) => setOwn(event.currentTarget.checked)}
          label="Show my own values"
          description="The model saw the placeholders. The values are for your eyes only."
        />
      )}
      <ol className={classes.calls} aria-label="Calls of the model">
        {calls.map((call, place) => (
          <li key={call.id}>
            <Call call={call} own={own} open={place === calls.length - 1} />
          </li>
        ))}
      </ol>
    </div>
  )
}

function Totals({ calls, all }: { calls: readonly ModelCall[]; all: readonly ModelCall[] }) {
  const total = totalOf(calls)
  const facts = [
    ['Calls', number(total.calls)],
    ['Tokens', number(total.tokens)],
    ['Waited', duration(total.seconds)],
    ['Cost', costOf(total)],
    ['Whole conversation', costOf(totalOf(all))],
  ]
  return (
    <dl className={classes.total}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Call({ call, own, open }: { call: ModelCall; own: boolean; open: boolean }) {
  const failed = call.outcome !== 'ok' && call.outcome !== 'started'
  const { input_tokens: sent, output_tokens: received } = call.usage
  return (
    <details className={classes.call} open={open}>
      <summary>
        <ChevronRight size={15} aria-hidden data-chevron />
        <span className={classes.purpose}>{purposeWord(call.purpose)}</span>
        <span className={classes.tag} data-tone={failed ? 'bad' : undefined}>
          {outcomeWord(call.outcome)}
        </span>
        {call.attempts > 1 && (
          <span className={classes.tag} data-tone="warn">
            {plural(call.attempts - 1, 'retry', 'retries')}
          </span>
        )}
        {call.cached && <span className={classes.tag}>From memory</span>}
        {call.asked !== call.model.name && (
          <span className={classes.tag} data-tone="warn">{`Stood in for ${call.asked}`}</span>
        )}
        <span className={classes.facts}>
          {call.model.name} · {duration(call.seconds)}
          {received > 0 && ` · ${number(sent)} + ${number(received)} tokens · ${costOf(totalOf([call]))}`}
        </span>
      </summary>
      {call.sent.map((message, place) => (
        <Message
          key={place}
          who={ROLES[message.role] ?? message.role}
          text={message.content}
          originals={call.originals}
          own={own}
        />
      ))}
      {call.received && <Message who="Received" text={call.received} originals={call.originals} own={own} />}
      {call.sent.length === 0 && (
        <Text size="sm" c="dimmed" p="sm">
          Its words were deleted.
        </Text>
      )}
    </details>
  )
}

interface Words {
  who: string
  text: string
  originals: Readonly<Record<string, string>>
  own: boolean
}

function Message({ who, text, originals, own }: Words) {
  const words = (
    <p className={classes.words}>
      {revealed(text, originals, own).map((piece, place) =>
        piece.hidden ? <mark key={place}>{piece.text}</mark> : piece.text,
      )}
    </p>
  )
  // The same for every question, and long.
  if (who === ROLES['system'])
    return (
      <details className={classes.message}>
        <summary className={classes.role}>{who}</summary>
        {words}
      </details>
    )
  return (
    <div className={classes.message}>
      <p className={classes.role}>{who}</p>
      {words}
    </div>
  )
}
