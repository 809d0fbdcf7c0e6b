/** Makes any Plotly figure wear the page's clothes; pure, so that it can be tested without a browser. */
import type { Figure } from '../../api/types'
import { palette, series } from '../../theme/palette'

export type Scheme = 'light' | 'dark'
export type Bundle = 'cartesian' | 'full'

/** The trace types inside `plotly.js-cartesian-dist-min`. */
const CARTESIAN: ReadonlySet<string> = new Set([
  'scatter',
  'bar',
  'box',
  'heatmap',
  'histogram',
  'histogram2d',
  'histogram2dcontour',
  'contour',
  'scatterternary',
  'violin',
  'image',
  'pie',
])

/** Colours that Plotly Express writes into traces when nobody chose any. */
const EXPRESS = [
  '#636efa',
  '#ef553b',
  '#00cc96',
  '#ab63fa',
  '#ffa15a',
  '#19d3f3',
  '#ff6692',
  '#b6e880',
  '#ff97ff',
  '#fecb52',
]

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const traceType = (trace: Json): string => (typeof trace['type'] === 'string' ? trace['type'] : 'scatter')

export const bundleFor = (figure: Figure): Bundle =>
  figure.data.every((trace) => CARTESIAN.has(traceType(trace))) ? 'cartesian' : 'full'

function recolour(value: unknown, colours: readonly string[]): unknown {
  if (typeof value === 'string') {
    const place = EXPRESS.indexOf(value.toLowerCase())
    return place < 0 ? value : (colours[place % colours.length] ?? value)
  }
  if (Array.isArray(value)) return value.length > 5000 ? value : value.map((item) => recolour(item, colours))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, recolour(item, colours)]))
}

const COLOURED = ['marker', 'line', 'fillcolor', 'colorway'] as const

function dressTrace(trace: Json, scheme: Scheme): Json {
  const dressed: Json = { ...trace }
  for (const key of COLOURED) if (key in trace) dressed[key] = recolour(trace[key], series[scheme])
  // Plotly picks these against the paper's colour, which is none here.
  if (traceType(trace) === 'sankey')
    dressed['link'] = { color: `${palette[scheme].dim}59`, ...(isObject(trace['link']) ? trace['link'] : {}) }
  return dressed
}

function axis(given: unknown, scheme: Scheme): Json {
  const p = palette[scheme]
  const own: Json = {
    gridcolor: p.grid,
    linecolor: p.line,
    zerolinecolor: p.line,
    tickcolor: p.line,
    automargin: true,
    title: { standoff: 12 },
  }
  if (!isObject(given)) return own
  const title = isObject(given['title'])
    ? { standoff: 12, ...given['title'] }
    : (given['title'] ?? own['title'])
  return { ...own, ...given, title }
}

/** Axis names of Plotly: xaxis, xaxis2, yaxis, … */
const isAxis = (key: string): boolean => /^[xy]axis\d*$/.test(key)

/** A page says the title beside the chart; a thumbnail has no room for legend and margins either. */
export type Use = 'page' | 'file' | 'thumbnail'

export function dress(figure: Figure, scheme: Scheme, use: Use = 'page'): Figure {
  const p = palette[scheme]
  // The template of plotly.py is a theme of its own: white plots, other fonts, other colours.
  const { template: _template, width: _width, height: _height, ...given } = figure.layout ?? {}
  const axes: Json = { xaxis: axis(given['xaxis'], scheme), yaxis: axis(given['yaxis'], scheme) }
  for (const key of Object.keys(given)) if (isAxis(key)) axes[key] = axis(given[key], scheme)
  const layout: Json = {
    ...given,
    ...axes,
    autosize: true,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    colorway: series[scheme],
    font: { family: "'IBM Plex Sans Variable', system-ui, sans-serif", size: 13, color: p.text },
    hoverlabel: { bgcolor: p.panel, bordercolor: p.lineStrong, font: { color: p.text } },
    modebar: { bgcolor: 'rgba(0,0,0,0)', color: p.dim, activecolor: p.accent },
    margin: { l: 64, r: 24, t: use === 'file' && given['title'] ? 56 : 36, b: 56 },
  }
  Object.assign(layout, legends(given))
  if (use === 'page') layout['title'] = { text: '' }
  if (use === 'thumbnail') Object.assign(layout, thumbnailLayout(layout))
  return { data: figure.data.map((trace) => dressTrace(trace, scheme)), layout }
}

/** A scale's title runs along it, where it takes no width; a legend below the chart keeps clear of the axis. */
function legends(given: Json): Json {
  const found: Json = {}
  const scale = isObject(given['coloraxis']) ? given['coloraxis'] : undefined
  if (scale) {
    const bar = isObject(scale['colorbar']) ? scale['colorbar'] : {}
    const title = isObject(bar['title']) ? bar['title'] : {}
    found['coloraxis'] = { ...scale, colorbar: { ...bar, thickness: 14, title: { ...title, side: 'right' } } }
  }
  const legend = isObject(given['legend']) ? given['legend'] : undefined
  if (legend?.['orientation'] === 'h')
    found['legend'] = { ...legend, yref: 'container', y: 0, yanchor: 'bottom' }
  return found
}

/** Pixels that a chart needs for a label at every bar; 0 where any height will do. */
export function heightFor(figure: Figure): number {
  const upright = figure.layout?.['yaxis']
  if (!isObject(upright) || upright['dtick'] !== 1) return 0
  const labels = new Set(figure.data.flatMap((trace) => (Array.isArray(trace['y']) ? trace['y'] : [])))
  return labels.size * 18 + 110
}

function thumbnailLayout(layout: Json): Json {
  const bare = (given: unknown): Json => {
    // One label a bar is for a page; a thumbnail takes those that fit.
    const {
      dtick: _dtick,
      tick0: _tick0,
      tickvals: _tickvals,
      ticktext: _ticktext,
      ...kept
    } = isObject(given) ? given : {}
    return { ...kept, title: { text: '' }, tickfont: { size: 10 }, tickmode: 'auto', nticks: 4 }
  }
  return {
    title: { text: '' },
    showlegend: false,
    annotations: [],
    margin: { l: 36, r: 8, t: 8, b: 28 },
    xaxis: bare(layout['xaxis']),
    yaxis: bare(layout['yaxis']),
    coloraxis: { ...(isObject(layout['coloraxis']) ? layout['coloraxis'] : {}), showscale: false },
  }
}
