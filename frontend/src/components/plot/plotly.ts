/** The two Plotly bundles, loaded when the first chart needs one. */
import type { Figure } from '../../api/types'
import { bundleFor, type Bundle } from './figure'

interface Config {
  responsive: boolean
  displaylogo: boolean
  displayModeBar: boolean
  showSendToCloud: false
  modeBarButtonsToRemove: readonly string[]
}

/** The part of Plotly that this page uses. */
export interface Plotly {
  react: (
    target: HTMLElement,
    data: Figure['data'],
    layout: Figure['layout'],
    config: Config,
  ) => Promise<unknown>
  purge: (target: HTMLElement) => void
  toImage: (figure: Figure, options: ImageOptions) => Promise<string>
}

export interface ImageOptions {
  format: 'png' | 'svg'
  width: number
  height: number
  scale?: number
}

const loaded = new Map<Bundle, Promise<Plotly>>()

function load(bundle: Bundle): Promise<Plotly> {
  const known = loaded.get(bundle)
  if (known) return known
  const loading = (
    bundle === 'cartesian' ? import('plotly.js-cartesian-dist-min') : import('plotly.js-dist-min')
  ).then((module) => module.default)
  loaded.set(bundle, loading)
  // A failed download (the server was restarted) may work the next time.
  loading.catch(() => loaded.delete(bundle))
  return loading
}

export const plotlyFor = (figure: Figure): Promise<Plotly> => load(bundleFor(figure))
