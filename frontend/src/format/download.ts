/** Lets the browser save `content` under `name`. */
export function download(name: string, content: string | Blob, mime = 'text/plain'): void {
  // Spreadsheets take a CSV without this mark for the code page of the machine.
  const mark = mime === 'text/csv' ? '\uFEFF' : ''
  const blob =
    typeof content === 'string' ? new Blob([mark, content], { type: `${mime};charset=utf-8` }) : content
  const url = URL.createObjectURL(blob)
  saveAs(name, url)
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** Lets the browser save what is at `address` under `name`. */
export function saveAs(name: string, address: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}

/** A title as a file name. */
export const fileName = (title: string, extension: string): string =>
  `${
    title
      .normalize('NFKD')
      .replace(/[^\w\s-]/g, '')
      .trim()
      .replace(/\s+/g, '-')
      .slice(0, 80)
      .toLowerCase() || 'lakeglass'
  }.${extension}`
