import { Skeleton, useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { Figure } from '../../api/types'
import { ErrorState } from '../ErrorState'
import classes from './Chart.module.css'
import { dress, heightFor } from './figure'
import { plotlyFor, type Plotly } from './plotly'

const CONFIG = {
  responsive: true,
  displaylogo: false,
  displayModeBar: true,
  // Plotly's own button would send the data to its makers' cloud.
  showSendToCloud: false,
  modeBarButtonsToRemove: ['toImage', 'lasso2d', 'select2d', 'autoScale2d'],
} as const

/** An interactive chart in the page's theme; fills its parent. */
export function Chart({ figure, label }: { figure: Figure; label: string }) {
  const target = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const [ready, setReady] = useState(false)
  const [error, setError] = useState<unknown>(null)

  useEffect(() => {
    let alive = true
    const element = target.current
    if (!element) return
    const draw = async () => {
      const plotly = await plotlyFor(figure)
      if (!alive) return
      const { data, layout } = dress(figure, scheme)
      await plotly.react(element, data, layout, CONFIG)
      if (alive) setReady(true)
    }
    draw().catch((thrown: unknown) => {
      if (alive) setError(thrown)
    })
    return () => {
      alive = false
    }
  }, [figure, scheme])

  useEffect(() => {
    const element = target.current
    let plotly: Plotly | undefined
    void plotlyFor(figure).then((loaded) => {
      plotly = loaded
    })
    return () => {
      if (element) plotly?.purge(element)
    }
  }, [figure])

  if (error) return <ErrorState error={error} title="The chart could not be drawn" />
  return (
    <div className={classes.frame} style={{ minHeight: Math.max(280, heightFor(figure)) }}>
      {!ready && <Skeleton className={classes.wait} aria-hidden />}
      <div
        ref={target}
        role="group"
        aria-label={label}
        className={classes.plot}
        data-ready={ready || undefined}
      />
    </div>
  )
}
