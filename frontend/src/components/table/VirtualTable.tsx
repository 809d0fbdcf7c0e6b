import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useEffect, useMemo, useRef } from 'react'
import type { Cell } from '../../api/types'
import { cellText, columnWidths, type Sort, type TableColumn } from './columns'
import classes from './VirtualTable.module.css'

interface Props {
  label: string
  columns: readonly TableColumn[]
  count: number
  /** A row, or undefined while it is on its way. */
  rowAt: (index: number) => readonly Cell[] | undefined
  sort?: Sort | undefined
  onSort: (sort: Sort | undefined) => void
  /** The rows in view changed; used to fetch them. */
  onRange?: (first: number, last: number) => void
}

const HEIGHT = 32

/** Rows that exist only while they are in view; the head stays. Sort cycles up, down, off. */
export function VirtualTable({ label, columns, count, rowAt, sort, onSort, onRange }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const first = rowAt(0)
  const widths = useMemo(() => {
    const sample = Array.from({ length: Math.min(count, 60) }, (_, i) => rowAt(i)).filter(
      (row) => row !== undefined,
    )
    return columnWidths(columns, sample)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the first page decides, later ones must not move columns
  }, [columns, count, first === undefined])
  const total = widths.reduce((sum, width) => sum + width, 56)

  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => HEIGHT,
    overscan: 12,
  })
  const items = rows.getVirtualItems()
  const top = items[0]?.start ?? 0
  const bottom = rows.getTotalSize() - (items.at(-1)?.end ?? 0)
  const from = items[0]?.index ?? 0
  const to = items.at(-1)?.index ?? 0

  useEffect(() => {
    onRange?.(from, to)
  }, [onRange, from, to])

  return (
    <div ref={box} className={classes.box} role="region" tabIndex={0} aria-label={label}>
      <table className={classes.table} style={{ width: total }} aria-rowcount={count + 1}>
        <colgroup>
          <col style={{ width: 56 }} />
          {widths.map((width, i) => (
            <col key={columns[i]?.name} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className={classes.index}>
              <span className={classes.hash}>#</span>
            </th>
            {columns.map((column, i) => (
              <Head key={column.name} column={column} index={i} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {top > 0 && <tr style={{ height: top }} aria-hidden />}
          {items.map((item) => (
            <Row key={item.key} index={item.index} columns={columns} cells={rowAt(item.index)} />
          ))}
          {bottom > 0 && <tr style={{ height: bottom }} aria-hidden />}
        </tbody>
      </table>
    </div>
  )
}

function Head(props: {
  column: TableColumn
  index: number
  sort: Sort | undefined
  onSort: Props['onSort']
}) {
  const { column, index, sort, onSort } = props
  const mine = sort?.column === index ? sort : undefined
  const Icon = mine?.descending ? ArrowDown : ArrowUp
  const next = !mine
    ? { column: index, descending: false }
    : mine.descending
      ? undefined
      : { ...mine, descending: true }
  return (
    <th
      scope="col"
      aria-sort={mine ? (mine.descending ? 'descending' : 'ascending') : 'none'}
      data-numeric={column.numeric || undefined}
    >
      <button type="button" className={classes.sort} onClick={() => onSort(next)}>
        <span className={classes.name}>{column.name}</span>
        {mine && <Icon size={13} aria-hidden />}
        <span className={classes.type}>{column.type}</span>
      </button>
    </th>
  )
}

function Row(props: { index: number; columns: readonly TableColumn[]; cells: readonly Cell[] | undefined }) {
  const { index, columns, cells } = props
  return (
    <tr style={{ height: HEIGHT }} aria-rowindex={index + 2}>
      <th scope="row" className={classes.index}>
        {index + 1}
      </th>
      {columns.map((column, i) => (
        <td key={column.name} data-numeric={column.numeric || undefined}>
          {cells ? <CellView cell={cells[i] ?? null} /> : <span className={classes.wait} />}
        </td>
      ))}
    </tr>
  )
}

function CellView({ cell }: { cell: Cell }) {
  if (cell === null) return <span className={classes.empty}>empty</span>
  const text = cellText(cell)
  return <span title={text.length > 36 ? text : undefined}>{text}</span>
}
