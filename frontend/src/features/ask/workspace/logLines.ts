import type { OutputLine } from '../../../api/types'

export interface LogLine {
  stream: OutputLine['stream']
  text: string
}

/** Colour codes and other terminal controls. */
// eslint-disable-next-line no-control-regex
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]/g

/** Pieces of output as lines; what a carriage return overwrites (progress bars) is left out. */
export function logLines(pieces: readonly OutputLine[]): LogLine[] {
  const lines: LogLine[] = []
  const open: Partial<Record<OutputLine['stream'], LogLine | undefined>> = {}
  for (const { stream, text } of pieces) {
    const parts = text.replaceAll(ANSI, '').replaceAll('\r\n', '\n').split('\n')
    parts.forEach((part, i) => {
      const line = open[stream]
      if (line) line.text += part
      else if (part || i < parts.length - 1) {
        const fresh = { stream, text: part }
        lines.push(fresh)
        open[stream] = fresh
      }
      if (i < parts.length - 1) open[stream] = undefined
    })
  }
  return lines.map((line) => ({ ...line, text: overwritten(line.text) }))
}

const overwritten = (text: string): string => {
  const trimmed = text.replace(/\r+$/, '')
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1)
}

/** Text cut where `word` occurs, ignoring case; odd parts are the hits. */
export function splitAt(text: string, word: string): string[] {
  if (!word) return [text]
  const parts: string[] = []
  const low = text.toLowerCase()
  const wanted = word.toLowerCase()
  // A few letters change length in lower case; then positions would not match.
  if (low.length !== text.length) return [text]
  let from = 0
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + wanted.length))
    from = at + wanted.length
  }
  return [...parts, text.slice(from)]
}
