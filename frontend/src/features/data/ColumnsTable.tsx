import { Skeleton, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { ColumnStatistics, Preview, Statistics } from '../../api/types'
import { number } from '../../format/number'
import { ColumnDrawer } from './ColumnDrawer'
import classes from './ColumnsTable.module.css'
import { NullsBar, Sparkline } from './Distribution'
import { figure } from './figures'
import { KINDS } from './kinds'

const HEADS = ['Column', 'Distribution', 'Empty', 'Distinct', 'Minimum', 'Median', 'Maximum', 'Mean'] as const

/** Every column in numbers; a click tells more. */
export function ColumnsTable({ statistics }: { statistics: Statistics }) {
  const [opened, setOpened] = useState<ColumnStatistics>()
  return (
    <>
      <div className={classes.box} role="region" tabIndex={0} aria-label="Columns">
        <table className={classes.table}>
          <Heads />
          <tbody>
            {statistics.columns.map((column) => (
              <Row key={column.name} column={column} onOpen={() => setOpened(column)} />
            ))}
          </tbody>
        </table>
      </div>
      <ColumnDrawer column={opened} rows={statistics.rows} onClose={() => setOpened(undefined)} />
    </>
  )
}

function Heads() {
  return (
    <thead>
      <tr>
        {HEADS.map((head, i) => (
          <th key={head} scope="col" data-numeric={i > 2 || undefined}>
            {head}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function Row({ column, onOpen }: { column: ColumnStatistics; onOpen: () => void }) {
  const { word, icon: Icon } = KINDS[column.kind]
  return (
    <tr>
      <th scope="row">
        <UnstyledButton className={classes.name} onClick={onOpen} aria-label={`${column.name}: details`}>
          <Icon size={15} aria-hidden />
          <span>
            <span className={classes.column}>{column.name}</span>
            <span className={classes.kind}>
              {column.meaning?.title ?? word}
              {column.pii.length > 0 && <span className={classes.personal}> · personal</span>}
            </span>
          </span>
        </UnstyledButton>
      </th>
      <td>
        <Sparkline column={column} />
      </td>
      <td>
        <NullsBar share={column.null_share} count={column.nulls} />
      </td>
      <td data-numeric>
        {column.distinct_is_exact ? '' : '≈ '}
        {number(column.distinct)}
      </td>
      <td data-numeric>{figure(column.minimum)}</td>
      <td data-numeric>{figure(column.quantiles?.p50)}</td>
      <td data-numeric>{figure(column.maximum)}</td>
      <td data-numeric>{number(column.mean)}</td>
    </tr>
  )
}

/** The same table before there are numbers: the names come from the preview. */
export function ColumnsPending({ preview }: { preview: Preview | undefined }) {
  const columns = preview?.columns ?? Array.from({ length: 6 }, (_, i) => ({ name: String(i), kind: null }))
  return (
    <div className={classes.box} role="region" tabIndex={0} aria-label="Computing statistics over every row">
      <table className={classes.table}>
        <Heads />
        <tbody>
          {columns.map((column) => (
            <tr key={column.name}>
              <th scope="row">
                {column.kind ? (
                  <span className={classes.name}>
                    <span>
                      <span className={classes.column}>{column.name}</span>
                      <span className={classes.kind}>{KINDS[column.kind].word}</span>
                    </span>
                  </span>
                ) : (
                  <Skeleton h={14} w={120} />
                )}
              </th>
              {HEADS.slice(1).map((head) => (
                <td key={head}>
                  <Skeleton h={head === 'Distribution' ? 28 : 12} w={head === 'Distribution' ? 128 : 56} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
