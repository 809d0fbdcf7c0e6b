import { Button, Menu } from '@mantine/core'
import { Download } from 'lucide-react'
import { plural } from '../../format/number'
import { downloadAddress, type Chosen, type ExportFormat } from './conditions'

const FORMATS: readonly { format: ExportFormat; label: string }[] = [
  { format: 'csv', label: 'CSV' },
  { format: 'xlsx', label: 'Excel' },
  { format: 'parquet', label: 'Parquet' },
  { format: 'arrow', label: 'Arrow' },
  { format: 'jsonl', label: 'JSON Lines' },
]
/** Rows of a sheet below its header. */
const SHEET = 1_048_575

/** The rows in view of the table, all of them, as a file. */
export function DownloadMenu(props: { datasetId: string; chosen: Chosen; rows: number }) {
  const { datasetId, chosen, rows } = props
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<Download size={14} aria-hidden />}>
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{plural(rows, 'row')} as</Menu.Label>
        {FORMATS.map(({ format, label }) =>
          format === 'xlsx' && rows > SHEET ? (
            <Menu.Item key={format} disabled>
              Excel (too many rows)
            </Menu.Item>
          ) : (
            <Menu.Item key={format} component="a" href={downloadAddress(datasetId, format, chosen)} download>
              {label}
            </Menu.Item>
          ),
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
