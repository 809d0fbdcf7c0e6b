import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Explanation, JobView, Modeling, Prediction, Predictions } from '../../api/analysis'
import { predictRows } from '../../api/endpoints'
import { previewQuery } from '../../api/queries'
import { ErrorState } from '../../components/ErrorState'
import { Panel } from '../../components/Panel'
import { number, percent } from '../../format/number'
import classes from './Outcome.module.css'
import { fieldsOf, FIRST_FIELDS, rowOf } from './fields'
import { score } from './words'

interface Props {
  job: Pick<JobView, 'id' | 'dataset_id'>
  modeling: Modeling
  explanation: Explanation | null
}

/** Asks the model about one row; what is left empty is a missing value to it. */
export function Predict({ job, modeling, explanation }: Props) {
  const fields = fieldsOf(modeling, explanation)
  const [typed, setTyped] = useState<Record<string, string>>({})
  const [all, setAll] = useState(false)
  const preview = useQuery(previewQuery(job.dataset_id))
  const ask = useMutation({ mutationFn: () => predictRows(job.id, [rowOf(fields, typed)]) })
  const shown = all ? fields : fields.filter(({ leads }) => leads)
  const example = () => {
    const row = preview.data?.rows[0]
    const names = preview.data?.columns.map(({ name }) => name)
    if (!row || !names) return
    const cells = names.map((name, index) => [name, row[index] ?? null] as const)
    setTyped(Object.fromEntries(cells.map(([name, cell]) => [name, cell === null ? '' : String(cell)])))
  }
  return (
    <Panel title={`Predict ${modeling.task.target ?? ''}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          ask.mutate()
        }}
      >
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            Fill in what is known; what stays empty is a missing value to the model. The columns that it leans
            on most come first.
          </Text>
          <div className={classes.form}>
            {shown.map(({ column, kind }) => (
              <TextInput
                key={column}
                label={column}
                inputMode={kind === 'number' ? 'decimal' : 'text'}
                value={typed[column] ?? ''}
                onChange={(event) => {
                  const { value } = event.currentTarget
                  setTyped((old) => ({ ...old, [column]: value }))
                }}
              />
            ))}
          </div>
          <Group gap="xs">
            <Button type="submit" loading={ask.isPending}>
              Predict
            </Button>
            <Button variant="default" onClick={example} disabled={!preview.data?.rows.length}>
              Fill in the first row
            </Button>
            {fields.length > FIRST_FIELDS && (
              <Button variant="subtle" onClick={() => setAll(!all)} aria-expanded={all}>
                {all ? 'Show fewer columns' : `Show all ${number(fields.length)} columns`}
              </Button>
            )}
          </Group>
          {ask.error && <ErrorState error={ask.error} title="Nothing was predicted" />}
          <div aria-live="polite">{ask.data && <Predicted answer={ask.data} modeling={modeling} />}</div>
        </Stack>
      </form>
    </Panel>
  )
}

const CHANCES = 5
const LACKING = 8

function Predicted({ answer, modeling }: { answer: Predictions; modeling: Modeling }) {
  const first = answer.predictions[0]
  if (!first) return null
  const chances = Object.entries(first.probabilities ?? {}).sort(([, a], [, b]) => b - a)
  return (
    <div className={classes.predicted} role="group" aria-label="Prediction">
      {modeling.task.target}: <b>{word(first)}</b>
      {typeof first.probability === 'number' && <> with a probability of {percent(first.probability)}</>}
      {typeof first.low === 'number' && typeof first.high === 'number' && (
        <>
          {' '}
          ({score(first.low)} to {score(first.high)} holds 90 of 100 like it)
        </>
      )}
      {chances.length > 1 && (
        <Text size="sm" mt={4}>
          {chances
            .slice(0, CHANCES)
            .map(([name, chance]) => `${name} ${percent(chance)}`)
            .join(' · ')}
        </Text>
      )}
      {answer.missing.length > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          Taken as missing: {answer.missing.slice(0, LACKING).join(', ')}
          {answer.missing.length > LACKING && ` and ${number(answer.missing.length - LACKING)} more`}
        </Text>
      )}
    </div>
  )
}

const word = ({ value }: Prediction): string => (typeof value === 'number' ? score(value) : value)
