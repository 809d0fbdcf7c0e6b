import { Button, Skeleton, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Download, ListFilter, Table2 } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { tableQuery, textQuery } from '../../../api/queries'
import type { ArtifactView, Attempt, TableContent } from '../../../api/types'
import { Blank } from '../../../components/Blank'
import { ErrorState } from '../../../components/ErrorState'
import { filterRows, isNumeric, sortRows, type Sort } from '../../../components/table/columns'
import { VirtualTable } from '../../../components/table/VirtualTable'
import { number, plural } from '../../../format/number'
import { tables, type Choice } from '../focus'
import { ArtifactPicker } from './ArtifactPicker'
import { saveTable } from './saveTable'
import classes from './Workspace.module.css'

interface Props {
  attempt: Attempt
  artifactId: string | undefined
  onChange: (choice: Choice) => void
}

export function TablesTab({ attempt, artifactId, onChange }: Props) {
  const all = tables(attempt)
  const current = all.find((artifact) => artifact.id === artifactId) ?? all[0]
  if (!current)
    return (
      <Blank icon={Table2} title="No table in this attempt">
        Tables that the code brings back can be sorted, filtered and downloaded here.
      </Blank>
    )
  const pick = (id: string) => onChange({ artifactId: id, tab: 'tables' })
  const picker = <ArtifactPicker label="Table" artifacts={all} current={current} onPick={pick} />
  return current.kind === 'table' ? (
    <Loaded key={current.id} artifact={current} picker={picker} />
  ) : (
    <PlainText artifact={current} picker={picker} />
  )
}

function Loaded({ artifact, picker }: { artifact: ArtifactView; picker: React.ReactNode }) {
  const content = useQuery(tableQuery(artifact.id))
  if (content.error)
    return (
      <ErrorState
        error={content.error}
        title="The table could not be loaded"
        onRetry={() => void content.refetch()}
      />
    )
  if (!content.data) return <Skeleton h="100%" mih={240} role="status" aria-label="Loading the table" />
  return <TableView content={content.data} title={artifact.title} picker={picker} />
}

function TableView({
  content,
  title,
  picker,
}: {
  content: TableContent
  title: string
  picker: React.ReactNode
}) {
  const [words, setWords] = useState('')
  const [sort, setSort] = useState<Sort>()
  const wanted = useDeferredValue(words)
  const columns = useMemo(
    () =>
      content.columns.map((name, i) => {
        const type = content.dtypes[i] ?? ''
        return { name, type, numeric: isNumeric(type) }
      }),
    [content],
  )
  const rows = useMemo(() => {
    const kept = filterRows(content.rows, wanted)
    return sort ? sortRows(kept, sort) : kept
  }, [content, wanted, sort])

  return (
    <>
      <div className={classes.bar}>
        {picker}
        <div className={classes.grow} />
        <TextInput
          size="xs"
          w={160}
          aria-label="Filter rows"
          placeholder="Filter rows"
          leftSection={<ListFilter size={14} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<Download size={14} aria-hidden />}
          onClick={() => saveTable(content, title, rows)}
        >
          CSV
        </Button>
      </div>
      <div className={classes.fill}>
        {rows.length === 0 ? (
          <Blank icon={ListFilter} title={wanted ? 'No row contains these words' : 'The table has no rows'} />
        ) : (
          <VirtualTable
            label={title}
            columns={columns}
            count={rows.length}
            rowAt={(index) => rows[index]}
            sort={sort}
            onSort={setSort}
          />
        )}
      </div>
      <div className={classes.foot} aria-live="polite">
        {wanted
          ? `${number(rows.length)} of ${plural(content.rows.length, 'row')}`
          : plural(content.rows.length, 'row')}
        {content.total > content.rows.length &&
          ` · the first ${number(content.rows.length)} of ${number(content.total)} were brought back`}
      </div>
    </>
  )
}

function PlainText({ artifact, picker }: { artifact: ArtifactView; picker: React.ReactNode }) {
  const content = useQuery(textQuery(artifact.id))
  return (
    <>
      <div className={classes.bar}>{picker}</div>
      {content.error ? (
        <ErrorState error={content.error} onRetry={() => void content.refetch()} />
      ) : (
        <Text component="pre" className="mono scroll" p="md" m={0}>
          {content.data ?? '…'}
        </Text>
      )}
    </>
  )
}
