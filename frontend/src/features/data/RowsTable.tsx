import { Skeleton } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { Rows3 } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { getRows } from '../../api/endpoints'
import type { DatasetView, RowsPage } from '../../api/types'
import { Blank } from '../../components/Blank'
import { ErrorState } from '../../components/ErrorState'
import type { Sort } from '../../components/table/columns'
import { VirtualTable } from '../../components/table/VirtualTable'
import classes from './DatasetPage.module.css'
import { isNumericKind } from './kinds'
import { PAGE, pagesFor } from './pages'

/** Every row; pages are fetched as they are scrolled to, the server sorts. */
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
  const [names, setNames] = useState<readonly string[]>([])
  const [range, setRange] = useState({ first: 0, last: 0 })
  const total = dataset.rows ?? 0
  const wanted = [...new Set([0, ...pagesFor(range.first, range.last, total)])]
  const sortName = sort ? names[sort.column] : undefined

  const results = useQueries({
    queries: wanted.map((page) => ({
      queryKey: ['dataset', dataset.id, 'rows', dataset.version?.id, page, sortName, sort?.descending],
      queryFn: () =>
        getRows(dataset.id, {
          offset: page * PAGE,
          limit: PAGE,
          sort: sortName,
          descending: sort?.descending,
        }),
      staleTime: Infinity,
    })),
  })
  const pages = new Map<number, RowsPage['rows']>()
  results.forEach((result, i) => {
    const page = wanted[i]
    if (result.data && page !== undefined) pages.set(page, result.data.rows)
  })
  const given = results.find((result) => result.data)?.data?.columns
  const [kept, setKept] = useState(given)
  // While a new order loads the columns of the old one stay.
  if (given && kept === undefined) {
    setKept(given)
    setNames(given.map((column) => column.name))
  }
  const columns = useMemo(
    () => kept?.map((c) => ({ name: c.name, type: c.dtype, numeric: isNumericKind(c.kind) })),
    [kept],
  )
  const onRange = useCallback((first: number, last: number) => {
    setRange((old) => (old.first === first && old.last === last ? old : { first, last }))
  }, [])

  const failed = results.find((result) => result.error)
  if (failed)
    return (
      <ErrorState
        error={failed.error}
        title="The rows could not be loaded"
        onRetry={() => void failed.refetch()}
      />
    )
  if (!columns) return <Skeleton className={classes.rows} role="status" aria-label="Loading the rows" />
  return (
    <div className={classes.rows}>
      <VirtualTable
        label={`Rows of ${dataset.name}`}
        columns={columns}
        count={total}
        rowAt={(index) => pages.get(Math.floor(index / PAGE))?.[index % PAGE]}
        sort={sort}
        onSort={setSort}
        onRange={onRange}
      />
    </div>
  )
}
