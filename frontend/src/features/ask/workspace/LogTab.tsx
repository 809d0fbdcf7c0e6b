import { SegmentedControl, Skeleton, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Search, Terminal } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { outputQuery } from '../../../api/queries'
import type { Attempt, OutputLine } from '../../../api/types'
import { Blank } from '../../../components/Blank'
import { Copy } from '../../../components/Copy'
import { ErrorState } from '../../../components/ErrorState'
import { plural } from '../../../format/number'
import type { LiveTurn } from '../../../live/conversation'
import { logLines, splitAt, type LogLine } from './logLines'
import classes from './Workspace.module.css'

type Which = 'all' | OutputLine['stream']
const WHICH: readonly Which[] = ['all', 'stdout', 'stderr']

/** What an attempt printed: live while it runs, read from the record afterwards. */
export function LogTab({ turn, attempt }: { turn: LiveTurn; attempt: Attempt }) {
  const live = turn.output[attempt.id]
  const over = attempt.state !== 'pending' && attempt.state !== 'running'
  const stored = useQuery({ ...outputQuery(attempt.id), enabled: over && live === undefined })
  if (stored.error)
    return (
      <ErrorState
        error={stored.error}
        title="The log could not be loaded"
        onRetry={() => void stored.refetch()}
      />
    )
  if (over && !live && !stored.data)
    return <Skeleton h="100%" mih={240} role="status" aria-label="Loading the log" />
  return <Log pieces={live ?? stored.data ?? []} live={!over} />
}

function Log({ pieces, live }: { pieces: readonly OutputLine[]; live: boolean }) {
  const [word, setWord] = useState('')
  const [which, setWhich] = useState<Which>('all')
  const lines = useMemo(() => logLines(pieces), [pieces])
  const shown = useMemo(
    () =>
      lines.filter(
        (line) =>
          (which === 'all' || line.stream === which) && line.text.toLowerCase().includes(word.toLowerCase()),
      ),
    [lines, which, word],
  )
  if (lines.length === 0)
    return (
      <Blank icon={Terminal} title={live ? 'Nothing printed yet' : 'The code printed nothing'}>
        What the code prints to stdout and stderr appears here while it runs.
      </Blank>
    )
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label="Stream"
          value={which}
          onChange={(value) => setWhich(WHICH.find((name) => name === value) ?? 'all')}
          data={[...WHICH]}
        />
        <TextInput
          size="xs"
          aria-label="Search the log"
          placeholder="Search"
          leftSection={<Search size={14} aria-hidden />}
          value={word}
          onChange={(event) => setWord(event.currentTarget.value)}
        />
        <Text size="xs" c="dimmed" className="num" aria-live="polite">
          {word || which !== 'all'
            ? `${shown.length} of ${plural(lines.length, 'line')}`
            : plural(lines.length, 'line')}
        </Text>
        <div className={classes.grow} />
        <Copy value={shown.map((line) => line.text).join('\n')} label="Copy what is shown" />
      </div>
      <Lines lines={shown} word={word} follow={live} />
    </>
  )
}

function Lines({ lines, word, follow }: { lines: readonly LogLine[]; word: string; follow: boolean }) {
  const box = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    overscan: 30,
  })
  useEffect(() => {
    if (follow && lines.length > 0) rows.scrollToIndex(lines.length - 1)
  }, [follow, lines.length, rows])
  return (
    <div ref={box} className={classes.log} role="log" tabIndex={0} aria-label="Output of the code">
      <div style={{ height: rows.getTotalSize() + 16, position: 'relative' }}>
        {rows.getVirtualItems().map((item) => {
          const line = lines[item.index]
          if (!line) return null
          return (
            <div
              key={item.key}
              className={classes.line}
              data-stream={line.stream}
              style={{ transform: `translateY(${item.start + 8}px)` }}
            >
              <span className={classes.lineNumber}>{item.index + 1}</span>
              <span>
                {splitAt(line.text, word).map((part, i) => (i % 2 ? <mark key={i}>{part}</mark> : part))}
              </span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
