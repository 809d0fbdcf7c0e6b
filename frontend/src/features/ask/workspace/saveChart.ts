import type { Figure } from '../../../api/types'
import { dress } from '../../../components/plot/figure'
import { plotlyFor } from '../../../components/plot/plotly'
import { download, fileName } from '../../../format/download'

export type ChartFormat = 'png' | 'svg' | 'json'

/** Saves a chart in the light theme, on white, whatever the page shows. */
export async function saveChart(figure: Figure, title: string, format: ChartFormat): Promise<void> {
  const name = fileName(title, format)
  if (format === 'json') {
    download(name, JSON.stringify(figure), 'application/json')
    return
  }
  const dressed = dress(figure, 'light', 'file')
  const layout = { ...dressed.layout, paper_bgcolor: '#ffffff', plot_bgcolor: '#ffffff' }
  const plotly = await plotlyFor(figure)
  const url = await plotly.toImage({ ...dressed, layout }, { format, width: 1200, height: 700, scale: 2 })
  const comma = url.indexOf(',')
  const body = url.slice(comma + 1)
  if (format === 'svg') {
    download(name, decodeURIComponent(body), 'image/svg+xml')
    return
  }
  const raw = Uint8Array.from(atob(body), (char) => char.charCodeAt(0))
  download(name, new Blob([raw], { type: 'image/png' }))
}
