import { Skeleton, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ListFilter, Variable as VariableIcon } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { variablesQuery } from '../../../api/queries'
import type { VariablesPage } from '../../../api/types'
import { Blank } from '../../../components/Blank'
import { ErrorState } from '../../../components/ErrorState'
import type { Sort, TableColumn } from '../../../components/table/columns'
import { VirtualTable } from '../../../components/table/VirtualTable'
import { number, plural } from '../../../format/number'
import { shownCells, shownVariables } from './variables'
import classes from './Workspace.module.css'

const COLUMNS: readonly TableColumn[] = [
  { name: 'Name', type: '', numeric: false },
  { name: 'Type', type: '', numeric: false },
  { name: 'Shape', type: '', numeric: true },
  { name: 'Size', type: '', numeric: true },
]

/** What lives in the conversation's Python session, as its last run left it. */
export function VariablesTab({ sessionId }: { sessionId: string }) {
  const found = useQuery(variablesQuery(sessionId))
  if (found.error)
    return (
      <ErrorState
        error={found.error}
        title="The variables could not be listed"
        onRetry={() => void found.refetch()}
      />
    )
  if (!found.data) return <Skeleton h="100%" mih={240} role="status" aria-label="Loading the variables" />
  const { state, known, total } = found.data
  if (total === 0)
    return (
      <Blank
        icon={VariableIcon}
        title={state === 'none' ? 'No Python session lives now' : 'No variables yet'}
      >
        {state === 'none'
          ? 'Variables live as long as the session; the next run of code starts a new one.'
          : known
            ? 'What the code assigns appears here once it has run.'
            : 'The last run left no list of them; the next one does.'}
      </Blank>
    )
  return <Variables page={found.data} />
}

function Variables({ page }: { page: VariablesPage }) {
  const [words, setWords] = useState('')
  const [sort, setSort] = useState<Sort>()
  const wanted = useDeferredValue(words)
  const shown = useMemo(() => shownVariables(page.items, wanted, sort), [page.items, wanted, sort])
  return (
    <>
      <div className={classes.bar}>
        <TextInput
          size="xs"
          w={200}
          aria-label="Filter variables"
          placeholder="Filter by name or type"
          leftSection={<ListFilter size={14} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </div>
      <div className={classes.fill}>
        {shown.length === 0 ? (
          <Blank icon={ListFilter} title="No variable has these words" />
        ) : (
          <VirtualTable
            label="Variables of the session"
            columns={COLUMNS}
            count={shown.length}
            rowAt={(index) => shownCells(shown[index])}
            sort={sort}
            onSort={setSort}
          />
        )}
      </div>
      <div className={classes.foot} aria-live="polite">
        {wanted
          ? `${number(shown.length)} of ${plural(page.total, 'variable')}`
          : plural(page.total, 'variable')}
        {page.total > page.listed && ` · the first ${number(page.listed)} by name are listed`}
      </div>
    </>
  )
}
