import type { Cell, TableContent } from '../../../api/types'
import { toCsv } from '../../../format/csv'
import { download, fileName } from '../../../format/download'

/** Saves a table, or those of its rows that are shown, as CSV; a table that was cut says so in its name. */
export function saveTable(
  content: TableContent,
  title: string,
  rows: readonly (readonly Cell[])[] = content.rows,
): void {
  const cut =
    content.total > content.rows.length ? ` first ${content.rows.length} of ${content.total} rows` : ''
  download(fileName(`${title.slice(0, 50)}${cut}`, 'csv'), toCsv(content.columns, rows), 'text/csv')
}
