import { Button, CloseButton, Popover, Select, Stack, TextInput } from '@mantine/core'
import { ListFilter } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import type { ColumnInfo, Condition } from '../../api/types'
import { example, inWords, needsValue, operatorsOf, operatorWords, type Operator } from './conditions'
import classes from './Rows.module.css'

interface Props {
  columns: readonly ColumnInfo[]
  conditions: readonly Condition[]
  onChange: (conditions: readonly Condition[]) => void
}

/** The conditions that rows must fit, each removable, and a form for another one. */
export function RowFilters({ columns, conditions, onChange }: Props) {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" withinPortal trapFocus>
        <Popover.Target>
          <Button
            size="xs"
            variant="default"
            leftSection={<ListFilter size={14} aria-hidden />}
            onClick={() => setOpened(!opened)}
          >
            Filter
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="A condition on a column">
          <ConditionForm
            columns={columns}
            onAdd={(condition) => {
              setOpened(false)
              onChange([...conditions, condition])
            }}
          />
        </Popover.Dropdown>
      </Popover>
      {conditions.length > 0 && (
        <ul className={classes.conditions} aria-label="Filters">
          {conditions.map((condition, place) => (
            <li key={`${place} ${inWords(condition)}`} className={classes.condition}>
              <span className={classes.words}>{inWords(condition)}</span>
              <CloseButton
                size="sm"
                aria-label={`Remove the filter ${inWords(condition)}`}
                onClick={() => onChange(conditions.filter((_, other) => other !== place))}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function ConditionForm(props: { columns: readonly ColumnInfo[]; onAdd: (condition: Condition) => void }) {
  const [name, setName] = useState(props.columns[0]?.name ?? '')
  const [wanted, setWanted] = useState<Operator>()
  const [value, setValue] = useState('')
  const kind = props.columns.find((column) => column.name === name)?.kind ?? 'text'
  const operators = operatorsOf(kind)
  const operator = operators.find((known) => known === wanted) ?? operators[0] ?? 'is'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    props.onAdd({ column: name, operator, value: needsValue(operator) ? value : '' })
  }
  const below = { withinPortal: false }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" w={240}>
        <Select
          label="Column"
          size="xs"
          searchable
          allowDeselect={false}
          comboboxProps={below}
          data={props.columns.map((column) => column.name)}
          value={name}
          onChange={(chosen) => setName(chosen ?? name)}
        />
        <Select
          label="Condition"
          size="xs"
          allowDeselect={false}
          comboboxProps={below}
          data={operators.map((known) => ({ value: known, label: operatorWords(known) }))}
          value={operator}
          onChange={(chosen) => setWanted(operators.find((known) => known === chosen))}
        />
        {needsValue(operator) && (
          <TextInput
            label="Value"
            size="xs"
            placeholder={example(kind)}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
        )}
        <Button type="submit" size="xs" disabled={needsValue(operator) && value.trim() === ''}>
          Add filter
        </Button>
      </Stack>
    </form>
  )
}
