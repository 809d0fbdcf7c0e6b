import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Download, FileUp } from 'lucide-react'
import { useRef, useState } from 'react'
import type { FilePredictions, JobView, Modeling } from '../../api/analysis'
import { predictDataset, predictFile } from '../../api/endpoints'
import { datasetsQuery } from '../../api/queries'
import type { Cell } from '../../api/types'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'
import { number, plural } from '../../format/number'
import { csvFile, downloadName, MOST_FILE_MB, refusal, shown } from './filePredictions'
import classes from './Outcome.module.css'
import table from './Search.module.css'
import { score } from './words'

interface Props {
  job: Pick<JobView, 'id' | 'dataset_id'>
  modeling: Modeling
}

type Asked = { file: File } | { dataset: { id: string; name: string } }

/** Asks the model about every row of a file, or of a dataset that is here already. */
export function PredictFile({ job, modeling }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const [dataset, setDataset] = useState<string | null>(null)
  const ready = useQuery(datasetsQuery).data?.filter(({ state }) => state === 'ready') ?? []
  const ask = useMutation({
    mutationFn: (asked: Asked) =>
      'file' in asked ? predictFile(job.id, asked.file) : predictDataset(job.id, asked.dataset.id),
  })
  const choose = (file: File | undefined) => {
    if (!file) return
    const why = refusal(file)
    setWrong(why)
    if (why) ask.reset()
    else ask.mutate({ file })
  }
  const known = ready.find(({ id }) => id === dataset)
  const name =
    ask.variables && ('file' in ask.variables ? ask.variables.file.name : ask.variables.dataset.name)
  return (
    <Panel title={`Predict ${modeling.task.target ?? ''} for a whole file`}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          CSV, Excel, JSON or Parquet with the columns that the model learned from, up to {MOST_FILE_MB} MB
          and 200,000 rows. Empty cells are missing values to it. The file is not kept.
        </Text>
        <Group gap="md" align="end">
          <Button
            variant="default"
            leftSection={<FileUp size={15} aria-hidden />}
            loading={ask.isPending}
            onClick={() => input.current?.click()}
          >
            Choose a file
          </Button>
          <input
            ref={input}
            type="file"
            hidden
            aria-label="File to predict"
            onChange={(event) => {
              choose(event.currentTarget.files?.[0])
              event.currentTarget.value = ''
            }}
          />
          <Group gap="xs" align="end">
            <Select
              label="Or a dataset"
              placeholder="Choose a dataset"
              searchable
              data={ready.map(({ id, name }) => ({ value: id, label: name }))}
              value={dataset}
              onChange={setDataset}
              nothingFoundMessage="No such dataset"
            />
            <Button
              variant="default"
              disabled={!known || ask.isPending}
              onClick={() => {
                setWrong(null)
                if (known) ask.mutate({ dataset: known })
              }}
            >
              Predict it
            </Button>
          </Group>
        </Group>
        {wrong && (
          <Text size="sm" c="red" role="alert">
            {wrong}
          </Text>
        )}
        {ask.error && <ErrorState error={ask.error} title="Nothing was predicted" />}
        <div aria-live="polite">{ask.data && <Predicted answer={ask.data} name={name ?? 'file'} />}</div>
      </Stack>
    </Panel>
  )
}

function Predicted({ answer, name }: { answer: FilePredictions; name: string }) {
  const { columns, rows } = shown(answer)
  const empty = Object.entries(answer.empty)
  const save = () => {
    const address = URL.createObjectURL(csvFile(answer.csv))
    const link = document.createElement('a')
    link.href = address
    link.download = downloadName(name)
    link.click()
    URL.revokeObjectURL(address)
  }
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {plural(answer.rows, 'row')} of {name} predicted
        </Text>
        <Button size="xs" leftSection={<Download size={14} aria-hidden />} onClick={save}>
          Download CSV
        </Button>
      </Group>
      {empty.length > 0 && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          Taken as missing:{' '}
          {empty.map(([column, count]) => `${column} in ${plural(count, 'row')}`).join(', ')}
        </Text>
      )}
      <div
        className={`${table.box} ${classes.preview}`}
        role="region"
        tabIndex={0}
        aria-label="Predictions, table"
      >
        <table className={table.table}>
          <thead>
            <tr>
              {columns.map(({ name, predicted }) => (
                <th key={name} scope="col" data-predicted={predicted || undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              <tr key={place}>
                {row.map((cell, index) => (
                  <td
                    key={columns[index]?.name}
                    data-numeric={typeof cell === 'number' || undefined}
                    data-predicted={columns[index]?.predicted ? true : undefined}
                  >
                    {cellWord(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {answer.rows > rows.length && (
        <Text size="xs" c="dimmed">
          The first {number(rows.length)} rows; the download has all of them.
        </Text>
      )}
    </Stack>
  )
}

const cellWord = (cell: Cell): string => {
  if (cell === null) return '–'
  return typeof cell === 'number' && !Number.isInteger(cell) ? score(cell) : String(cell)
}
