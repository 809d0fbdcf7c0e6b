import { Table, Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { Statistics } from '../../api/types'
import { Panel } from '../../components/Panel'
import { number } from '../../format/number'
import findings from './Findings.module.css'

const FIRST = 5
type Association = Statistics['associations'][number]

const MEASURES: Record<Association['measure'], string> = {
  pearson: 'Pearson correlation',
  spearman: 'Spearman rank correlation',
  cramers_v: 'Cramér’s V, categories',
  correlation_ratio: 'Correlation ratio, category and number',
}

/** Which columns go together, the strongest first. */
export function Associations({ statistics }: { statistics: Statistics }) {
  const [all, setAll] = useState(false)
  const { associations } = statistics
  if (associations.length === 0) return null
  return (
    <Panel
      flush
      title="Columns that go together"
      aside={
        <Text size="xs" c="dimmed" visibleFrom="sm">
          Says nothing about cause
        </Text>
      }
    >
      <Table verticalSpacing={8} horizontalSpacing="md" aria-label="Strongest associations">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Columns</Table.Th>
            <Table.Th visibleFrom="sm">Measure</Table.Th>
            <Table.Th ta="right">Strength</Table.Th>
            <Table.Th ta="right" visibleFrom="sm">
              Rows
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(all ? associations : associations.slice(0, FIRST)).map((pair) => (
            <Table.Tr key={`${pair.left}\u0000${pair.right}\u0000${pair.measure}`}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {pair.left} · {pair.right}
              </Table.Td>
              <Table.Td visibleFrom="sm" c="dimmed" fz="xs">
                {MEASURES[pair.measure]}
              </Table.Td>
              <Table.Td ta="right" className="num">
                {pair.strength.toFixed(2)}
              </Table.Td>
              <Table.Td ta="right" visibleFrom="sm" className="num">
                {number(pair.rows)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {associations.length > FIRST && (
        <UnstyledButton className={findings.more} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Show fewer' : `Show all ${number(associations.length)}`}
        </UnstyledButton>
      )}
    </Panel>
  )
}
