import { ActionIcon, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Archive, ArchiveRestore, EllipsisVertical, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { deleteSession, restoreSession, updateSession } from '../../api/endpoints'
import { asApiError } from '../../api/errors'
import type { SessionView } from '../../api/types'
import { ConfirmDialog, RenameDialog } from '../../components/Dialogs'

const say = (error: unknown) =>
  notifications.show({ color: 'red', title: 'That did not work', message: asApiError(error).message })

/** What can be done with a conversation. */
export function SessionMenu({ session, current }: { session: SessionView; current: boolean }) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [dialog, setDialog] = useState<'rename' | 'delete'>()
  const close = () => setDialog(undefined)
  const refresh = () => client.invalidateQueries({ queryKey: ['sessions'] })

  const rename = useMutation({
    mutationFn: (title: string) => updateSession(session.id, { title }),
    onSuccess: () => {
      close()
      return refresh()
    },
  })
  const archive = useMutation({
    mutationFn: async () => {
      if (session.archived) await restoreSession(session.id)
      else await updateSession(session.id, { archived: true })
    },
    onSuccess: refresh,
    onError: say,
  })
  const remove = useMutation({
    mutationFn: () => deleteSession(session.id),
    onSuccess: async () => {
      close()
      if (current) await navigate({ to: '/ask' })
      await refresh()
    },
  })

  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon size="md" aria-label={`Actions for ${session.title}`}>
            <EllipsisVertical size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Pencil size={15} aria-hidden />} onClick={() => setDialog('rename')}>
            Rename
          </Menu.Item>
          <Menu.Item
            leftSection={
              session.archived ? <ArchiveRestore size={15} aria-hidden /> : <Archive size={15} aria-hidden />
            }
            onClick={() => archive.mutate()}
          >
            {session.archived ? 'Bring back' : 'Archive'}
          </Menu.Item>
          <Menu.Divider />
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
        label="conversation"
        value={session.title}
        busy={rename.isPending}
        error={rename.error}
        onRename={(title) => rename.mutate(title)}
        onClose={close}
      />
      <ConfirmDialog
        opened={dialog === 'delete'}
        title="Delete this conversation?"
        confirm="Delete"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={close}
      >
        {`“${session.title}” with its questions, code, charts and logs will be gone for good. The datasets stay.`}
      </ConfirmDialog>
    </>
  )
}
