/** The report shown in the page's scheme: a sandboxed frame is told neither that nor anything else of its page. */
export function inScheme(report: string, scheme: 'light' | 'dark'): string {
  const style = `<style>:root{color-scheme:${scheme}}</style>`
  // Last in the head, so that it wins over the report's own 'light dark'.
  const end = report.indexOf('</head>')
  return end < 0 ? style + report : report.slice(0, end) + style + report.slice(end)
}
