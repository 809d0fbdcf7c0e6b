import type { EvidenceFigure } from '../../api/analysis'
import { number } from '../../format/number'
import classes from './Findings.module.css'
import { picture, SIZE } from './picture'

/** A finding's evidence, drawn; its title says what it shows. */
export function EvidencePicture({ figure }: { figure: EvidenceFigure }) {
  const drawn = picture(figure)
  if (!drawn) return null
  const { marks } = drawn
  return (
    <figure className={classes.picture}>
      <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} role="img" aria-label={figure.title}>
        {drawn.ticks.map(({ y, label }) => (
          <g key={y}>
            <line className={classes.grid} x1={SIZE.left} x2={SIZE.width - SIZE.right} y1={y} y2={y} />
            <text className={classes.axis} x={SIZE.left - 6} y={y + 4} textAnchor="end">
              {label}
            </text>
          </g>
        ))}
        {figure.kind === 'line' && (
          <polyline className={classes.line} points={marks.map(({ x, y }) => `${x},${y}`).join(' ')} />
        )}
        {figure.kind !== 'line' &&
          marks.map((mark, index) =>
            figure.kind === 'bars' ? (
              <rect
                key={index}
                className={classes.mark}
                x={mark.x}
                y={mark.y}
                width={mark.width}
                height={mark.height}
              >
                <title>{`${mark.label}: ${number(mark.value)}`}</title>
              </rect>
            ) : (
              <circle
                key={index}
                className={classes.mark}
                cx={mark.x}
                cy={mark.y}
                r={2.4}
                fillOpacity={0.6}
              />
            ),
          )}
        {drawn.labels.map(({ x, label, anchor }) => (
          <text key={x} className={classes.axis} x={x} y={SIZE.height - 8} textAnchor={anchor}>
            {label}
          </text>
        ))}
      </svg>
      <figcaption>
        {figure.x_title} · {figure.y_title}
      </figcaption>
    </figure>
  )
}
