/** A unified diff as lines to show: what was added, what went, and what stands around it. */
export interface DiffLine {
  sign: 'added' | 'removed' | 'kept' | 'gap'
  text: string
}

export function changedLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = []
  let within = false
  for (const line of diff.split('\n')) {
    if (line.startsWith('@@')) {
      // Between two places that changed, not before the first one.
      if (within) lines.push({ sign: 'gap', text: '' })
      within = true
    } else if (within && line.startsWith('+')) lines.push({ sign: 'added', text: line.slice(1) })
    else if (within && line.startsWith('-')) lines.push({ sign: 'removed', text: line.slice(1) })
    else if (within && line.startsWith(' ')) lines.push({ sign: 'kept', text: line.slice(1) })
  }
  return lines
}
