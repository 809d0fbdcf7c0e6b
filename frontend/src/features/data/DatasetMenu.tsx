import { ActionIcon, Menu } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { EllipsisVertical, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { deleteDataset, renameDataset } from '../../api/endpoints'
import type { DatasetView } from '../../api/types'
import { ConfirmDialog, RenameDialog } from '../../components/Dialogs'

/** What can be done with a dataset. */
export function DatasetMenu({ dataset, onDeleted }: { dataset: DatasetView; onDeleted?: () => void }) {
  const client = useQueryClient()
  const [dialog, setDialog] = useState<'rename' | 'delete'>()
  const close = () => setDialog(undefined)
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['datasets'] }),
      client.invalidateQueries({ queryKey: ['dataset', dataset.id], exact: true }),
    ])
  const rename = useMutation({
    mutationFn: (name: string) => renameDataset(dataset.id, name),
    onSuccess: async () => {
      close()
      await refresh()
    },
  })
  const remove = useMutation({
    mutationFn: () => deleteDataset(dataset.id),
    onSuccess: async () => {
      close()
      onDeleted?.()
      await client.invalidateQueries({ queryKey: ['datasets'] })
    },
  })
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${dataset.name}`}>
            <EllipsisVertical size={17} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Pencil size={15} aria-hidden />} onClick={() => setDialog('rename')}>
            Rename
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<Trash2 size={15} aria-hidden />}
            onClick={() => setDialog('delete')}
          >
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RenameDialog
        opened={dialog === 'rename'}
        label="dataset"
        value={dataset.name}
        busy={rename.isPending}
        error={rename.error}
        onRename={(name) => rename.mutate(name)}
        onClose={close}
      />
      <ConfirmDialog
        opened={dialog === 'delete'}
        title="Delete this dataset?"
        confirm="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={close}
      >
        {`“${dataset.name}”, its table and its original will be gone for good. Answers that were given stay, but can’t be run again.`}
      </ConfirmDialog>
    </>
  )
}
