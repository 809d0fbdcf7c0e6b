import { Skeleton } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { Rows3 } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { getRows } from '../../api/endpoints'
import type { Condition, DatasetView, RowsPage } from '../../api/types'
import { Blank } from '../../components/Blank'
import { ErrorState } from '../../components/ErrorState'
import type { Sort } from '../../components/table/columns'
import { VirtualTable } from '../../components/table/VirtualTable'
import { number, plural } from '../../format/number'
import { asQuery, type Chosen } from './conditions'
import classes from './DatasetPage.module.css'
import { DownloadMenu } from './DownloadMenu'
import { isNumericKind } from './kinds'
import { PAGE, pagesFor } from './pages'
import { RowFilters } from './RowFilters'
import rows from './Rows.module.css'

/** Every row; pages are fetched as they are scrolled to, the server sorts and filters. */
export function RowsTable({ dataset }: { dataset: DatasetView }) {
  if (dataset.state !== 'ready')
    return (
      <Blank icon={Rows3} title="The rows can be read once the file is profiled">
        The preview is there already.
      </Blank>
    )
  return <Pages dataset={dataset} key={dataset.version?.id} />
}

function Pages({ dataset }: { dataset: DatasetView }) {
  const [sort, setSort] = useState<Sort>()
  const [conditions, setConditions] = useState<readonly Condition[]>([])
  const [columns, setColumns] = useState<RowsPage['columns']>()
  const [range, setRange] = useState({ first: 0, last: 0 })
  const [total, setTotal] = useState(dataset.rows ?? 0)
  const wanted = [...new Set([0, ...pagesFor(range.first, range.last, total)])]
  const chosen: Chosen = {
    conditions,
    sort: sort && columns?.[sort.column]?.name,
    descending: sort?.descending,
  }

  const results = useQueries({
    queries: wanted.map((page) => ({
      queryKey: ['dataset', dataset.id, 'rows', dataset.version?.id, page, chosen],
      queryFn: () => getRows(dataset.id, { offset: page * PAGE, limit: PAGE, ...asQuery(chosen) }),
      staleTime: Infinity,
    })),
  })
  const pages = new Map<number, RowsPage['rows']>()
  results.forEach((result, i) => {
    const page = wanted[i]
    if (result.data && page !== undefined) pages.set(page, result.data.rows)
  })
  const first = results[0]?.data
  // While another choice loads, the columns and the number of rows of the one before stay.
  if (first && columns === undefined) setColumns(first.columns)
  if (first && first.total !== total) setTotal(first.total)
  const shown = useMemo(
    () => columns?.map((c) => ({ name: c.name, type: c.dtype, numeric: isNumericKind(c.kind) })),
    [columns],
  )
  const onRange = useCallback((from: number, to: number) => {
    setRange((old) => (old.first === from && old.last === to ? old : { first: from, last: to }))
  }, [])

  const failed = results.find((result) => result.error)
  if (!columns || !shown)
    return failed ? (
      <Failed error={failed.error} onRetry={() => void failed.refetch()} />
    ) : (
      <Skeleton className={classes.rows} role="status" aria-label="Loading the rows" />
    )
  return (
    <>
      <div className={rows.bar}>
        <RowFilters columns={columns} conditions={conditions} onChange={setConditions} />
        <div className={rows.grow} />
        <span className={rows.count} role="status">
          {conditions.length > 0
            ? `${number(total)} of ${plural(dataset.rows ?? 0, 'row')}`
            : plural(total, 'row')}
        </span>
        <DownloadMenu datasetId={dataset.id} chosen={chosen} rows={total} />
      </div>
      {failed ? (
        <Failed error={failed.error} onRetry={() => void failed.refetch()} />
      ) : total === 0 && first ? (
        <Blank
          icon={Rows3}
          title={conditions.length > 0 ? 'No row fits these filters' : 'The table has no rows'}
        />
      ) : (
        <div className={classes.rows}>
          <VirtualTable
            label={`Rows of ${dataset.name}`}
            columns={shown}
            count={total}
            rowAt={(index) => pages.get(Math.floor(index / PAGE))?.[index % PAGE]}
            sort={sort}
            onSort={setSort}
            onRange={onRange}
          />
        </div>
      )}
    </>
  )
}

function Failed({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  return <ErrorState error={error} title="The rows could not be loaded" onRetry={onRetry} />
}
