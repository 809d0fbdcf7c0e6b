import { Menu, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Database, Plus, X } from 'lucide-react'
import { datasetsQuery } from '../../api/queries'
import { plural } from '../../format/number'
import classes from './DatasetPicker.module.css'

interface Props {
  selected: readonly string[]
  disabled?: boolean
  onChange: (ids: string[]) => void
}

/** The datasets that a question is about, as chips. */
export function DatasetPicker({ selected, disabled = false, onChange }: Props) {
  const known = useQuery(datasetsQuery).data
  const datasets = known ?? []
  // A deleted dataset can't be asked about any more: it goes with the next change.
  const change = (ids: readonly string[]) =>
    onChange(ids.filter((id) => !known || known.some((dataset) => dataset.id === id)))
  const others = datasets.filter((dataset) => !selected.includes(dataset.id) && dataset.state === 'ready')
  return (
    <ul className={classes.list} aria-label="Datasets of this conversation">
      {selected.map((id) => {
        const name = datasets.find((dataset) => dataset.id === id)?.name ?? 'deleted dataset'
        return (
          <li key={id} className={classes.chip}>
            <Database size={13} aria-hidden />
            <span className={classes.name}>{name}</span>
            {selected.length > 1 && (
              <UnstyledButton
                className={classes.remove}
                aria-label={`Leave out ${name}`}
                disabled={disabled}
                onClick={() => change(selected.filter((other) => other !== id))}
              >
                <X size={12} aria-hidden />
              </UnstyledButton>
            )}
          </li>
        )
      })}
      {others.length > 0 && (
        <li>
          <Menu position="top-start" withinPortal disabled={disabled}>
            <Menu.Target>
              <UnstyledButton className={classes.add} disabled={disabled}>
                <Plus size={13} aria-hidden />
                {selected.length === 0 ? 'Choose data' : 'Add data'}
              </UnstyledButton>
            </Menu.Target>
            <Menu.Dropdown mah={320} className="scroll">
              {others.map((dataset) => (
                <Menu.Item key={dataset.id} onClick={() => change([...selected, dataset.id])}>
                  <Text size="sm">{dataset.name}</Text>
                  {typeof dataset.rows === 'number' && (
                    <Text size="xs" c="dimmed">
                      {plural(dataset.rows, 'row')} · {plural(dataset.columns ?? 0, 'column')}
                    </Text>
                  )}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </li>
      )}
    </ul>
  )
}
