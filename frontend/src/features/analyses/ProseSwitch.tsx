import { Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { healthQuery, modelQuery } from '../../api/queries'

interface Props {
  prose: boolean | null
  onChange: (prose: boolean) => void
}

/** Where a model may word the result: what it would be sent, what that costs, and how to do without. */
export function ProseSwitch({ prose, onChange }: Props) {
  const model = useQuery(modelQuery).data
  const set = useQuery(healthQuery).data?.prose ?? true
  if (!model?.configured || !model.send_samples) return null
  return (
    <Switch
      label={`Have ${model.strong ?? 'the model'} word the result`}
      description="One or two calls at your provider’s price, each of some thousand characters. It is sent figures: no rows, names or values. Each sentence is checked, or the fixed words stand"
      checked={prose ?? set}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}
