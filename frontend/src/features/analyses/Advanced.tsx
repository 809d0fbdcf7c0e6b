import { Collapse, MultiSelect, NumberInput, Select, UnstyledButton } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import type { RepairPolicy, Task } from '../../api/analysis'
import classes from './Build.module.css'
import { advancedCount, type Draft } from './request'
import { REPAIR_CHOICES, TASK_CHOICES } from './words'

interface Props {
  draft: Draft
  columns: readonly string[]
  onChange: (change: Partial<Draft>) => void
}

// What is being typed ("10.0" on the way to "10.05") comes as text.
const price = (value: string | number): number | null => (Number(value) > 0 ? Number(value) : null)

const whole = (value: string | number): number | null =>
  typeof value === 'number' ? Math.trunc(value) : null

/** What most people leave alone; folded away, and counted when something in it is set. */
export function Advanced({ draft, columns, onChange }: Props) {
  const set = advancedCount(draft)
  const [opened, setOpened] = useState(set > 0)
  const id = useId()
  const data = [...columns]
  const column = {
    data,
    searchable: true,
    clearable: true,
    limit: 300,
    disabled: !draft.datasetId,
    nothingFoundMessage: 'No such column',
  }
  return (
    <div>
      <UnstyledButton
        className={classes.fold}
        aria-expanded={opened}
        aria-controls={id}
        onClick={() => setOpened(!opened)}
      >
        <ChevronRight size={15} aria-hidden />
        Advanced{set > 0 && ` (${set} set)`}
      </UnstyledButton>
      <Collapse expanded={opened} id={id}>
        <div className={classes.advanced}>
          <Select
            label="Kind of task"
            placeholder="From the target"
            clearable
            data={TASK_CHOICES}
            value={draft.task}
            onChange={(task) => onChange({ task: task as Task | null })}
          />
          <Select
            {...column}
            label="Time column"
            description="Rows are split along it; later ones judge"
            placeholder="None"
            value={draft.time}
            onChange={(time) => onChange({ time })}
          />
          <Select
            {...column}
            label="Group column"
            description="Rows that share it stay on one side"
            placeholder="None"
            value={draft.group}
            onChange={(group) => onChange({ group })}
          />
          <Select
            {...column}
            label="Sensitive column"
            description="Errors are compared between its values"
            placeholder="None"
            value={draft.sensitive}
            onChange={(sensitive) => onChange({ sensitive })}
          />
          <MultiSelect
            {...column}
            label="Leave out"
            description="Columns that no model may see"
            placeholder={draft.leaveOut.length > 0 ? '' : 'None'}
            value={draft.leaveOut}
            onChange={(leaveOut) => onChange({ leaveOut })}
          />
          <NumberInput
            label="A false alarm costs"
            description="Beside a miss: a yes or no leans to the cheaper error"
            placeholder="Asked when unclear"
            min={0}
            allowNegative={false}
            defaultValue={draft.falseAlarm ?? ''}
            onChange={(value) => onChange({ falseAlarm: price(value) })}
          />
          <NumberInput
            label="A miss costs"
            description="In the same unit"
            placeholder="Asked when unclear"
            min={0}
            allowNegative={false}
            defaultValue={draft.miss ?? ''}
            onChange={(value) => onChange({ miss: price(value) })}
          />
          <Select
            label="Safe repairs"
            description="Recorded, and never in the table itself"
            placeholder="As this server is set"
            clearable
            data={REPAIR_CHOICES}
            value={draft.repairs}
            onChange={(repairs) => onChange({ repairs: repairs as RepairPolicy | null })}
          />
          {draft.withoutRepairs.length > 0 && (
            <MultiSelect
              label="Repairs left out"
              description="Take one away to have it made again"
              data={draft.withoutRepairs}
              value={draft.withoutRepairs}
              onChange={(withoutRepairs) => onChange({ withoutRepairs })}
            />
          )}
          <NumberInput
            label="Steps ahead"
            description="How far a series over time is told ahead"
            placeholder="One season"
            min={1}
            max={1000}
            allowDecimal={false}
            allowNegative={false}
            value={draft.horizon ?? ''}
            onChange={(value) => onChange({ horizon: whole(value) })}
          />
          <NumberInput
            label="Stop after this many fits"
            description="In place of the clock: the same result every time"
            placeholder="By the clock"
            min={1}
            max={100_000}
            allowDecimal={false}
            allowNegative={false}
            value={draft.fits ?? ''}
            onChange={(value) => onChange({ fits: whole(value) })}
          />
          <NumberInput
            label="Seed"
            description="Of whatever is drawn at random"
            min={0}
            max={2_147_483_647}
            allowDecimal={false}
            allowNegative={false}
            value={draft.seed}
            onChange={(value) => onChange({ seed: whole(value) ?? 0 })}
          />
        </div>
      </Collapse>
    </div>
  )
}
