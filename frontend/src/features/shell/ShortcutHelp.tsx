import { Kbd, Modal, Table } from '@mantine/core'
import { PLACES } from './places'
import { MOD } from './useShortcuts'

const KEYS: readonly (readonly [string, readonly string[]])[] = [
  ['Search, go somewhere, run a command', [MOD, 'K']],
  ['New question', ['n']],
  ...PLACES.map((place) => [`Go to ${place.label}`, ['g', place.key]] as const),
  ['Send the question', ['Enter']],
  ['New line in the question', ['Shift', 'Enter']],
  ['Run the edited code', [MOD, 'Enter']],
  ['Resize the split (on its handle)', ['←', '→']],
  ['Resize in larger steps', ['Shift', '← →']],
  ['This help', ['?']],
]

export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="md">
      <Table withRowBorders verticalSpacing={8}>
        <Table.Tbody>
          {KEYS.map(([what, keys]) => (
            <Table.Tr key={what}>
              <Table.Td>{what}</Table.Td>
              <Table.Td ta="right">
                {keys.map((key, i) => (
                  <span key={key}>
                    {i > 0 && ' '}
                    <Kbd size="xs">{key}</Kbd>
                  </span>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}
