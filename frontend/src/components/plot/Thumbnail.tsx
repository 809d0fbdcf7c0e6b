import { Skeleton, useComputedColorScheme } from '@mantine/core'
import { useInViewport } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { figureQuery } from '../../api/queries'
import classes from './Chart.module.css'
import { dress } from './figure'
import { plotlyFor } from './plotly'

const SIZE = { width: 440, height: 220 }

/** A still picture of a chart, drawn once and only when it is scrolled to. */
export function Thumbnail({ artifactId }: { artifactId: string }) {
  const { ref, inViewport } = useInViewport<HTMLDivElement>()
  const scheme = useComputedColorScheme('light')
  const figure = useQuery({ ...figureQuery(artifactId), enabled: inViewport })
  const picture = useQuery({
    queryKey: ['thumbnail', artifactId, scheme],
    enabled: figure.isSuccess,
    staleTime: Infinity,
    queryFn: async () => {
      if (!figure.data) throw new Error('no figure')
      const plotly = await plotlyFor(figure.data)
      return plotly.toImage(dress(figure.data, scheme, 'thumbnail'), { format: 'svg', ...SIZE })
    },
  })
  return (
    <div ref={ref}>
      {picture.data ? (
        <img src={picture.data} alt="" className={classes.thumb} />
      ) : (
        <Skeleton className={classes.thumb} visible={!picture.isError} />
      )}
    </div>
  )
}
