import { Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { LogLine } from '../../api/analysis'
import { Panel } from '../../components/Panel'
import { exactTime, secondOfDay } from '../../format/time'
import classes from './WorkLog.module.css'

// So near to the end one reads along; further up one reads back, and is not moved.
const NEAR_PX = 40

/** What the analysis says of its work, line by line. */
export function WorkLog({ lines }: { lines: readonly LogLine[] }) {
  const box = useRef<HTMLDivElement>(null)
  const reads = useRef(true)
  useEffect(() => {
    const { current } = box
    if (current && reads.current) current.scrollTop = current.scrollHeight
  }, [lines.length])
  return (
    <Panel flush title="Log">
      {lines.length === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          Nothing said yet.
        </Text>
      ) : (
        <div
          ref={box}
          role="log"
          tabIndex={0}
          aria-label="What the analysis says"
          className={classes.log}
          onScroll={({ currentTarget: at }) => {
            reads.current = at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_PX
          }}
        >
          <ol className={classes.lines}>
            {lines.map((line, index) => (
              <li key={`${line.at} ${index}`}>
                <time dateTime={line.at} title={exactTime(line.at)}>
                  {secondOfDay(line.at)}
                </time>
                <span>{line.text}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </Panel>
  )
}
