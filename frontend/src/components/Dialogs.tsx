import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { ErrorState } from './ErrorState'

interface ConfirmProps {
  opened: boolean
  title: string
  /** What will be gone, and what stays. */
  children: string
  confirm: string
  busy: boolean
  error: Error | null
  onConfirm: () => void
  onClose: () => void
}

/** Asks before something is lost. */
export function ConfirmDialog(props: ConfirmProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
      <Stack gap="md">
        <Text size="sm">{props.children}</Text>
        {props.error && <ErrorState error={props.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="red.8" loading={props.busy} onClick={props.onConfirm}>
            {props.confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

interface RenameProps {
  opened: boolean
  label: string
  value: string
  busy: boolean
  error: Error | null
  onRename: (name: string) => void
  onClose: () => void
}

/** Gives something another name. */
export function RenameDialog(props: RenameProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`Rename ${props.label}`}>
      <RenameForm {...props} />
    </Modal>
  )
}

function RenameForm({ value, busy, error, onRename, onClose }: RenameProps) {
  const [name, setName] = useState(value)
  const trimmed = name.trim()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (trimmed) onRename(trimmed)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Name"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          error={trimmed ? undefined : 'A name needs at least one character'}
          data-autofocus
        />
        {error && <ErrorState error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={!trimmed}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
