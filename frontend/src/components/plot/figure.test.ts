import { describe, expect, it } from 'vitest'
import { palette, series } from '../../theme/palette'
import { bundleFor, dress, heightFor } from './figure'

const bar = {
  data: [{ type: 'bar', marker: { color: '#636efa' }, y: [1, 2] }],
  layout: {
    template: { layout: { paper_bgcolor: 'white' } },
    title: { text: 'Fares' },
    xaxis: { title: { text: 'class' } },
    yaxis2: { overlaying: 'y' },
    width: 400,
  },
}

describe('a figure in the clothes of the page', () => {
  it('loses its own theme and size, and keeps what it says', () => {
    const { layout } = dress(bar, 'dark')
    expect(layout).not.toHaveProperty('template')
    expect(layout).not.toHaveProperty('width')
    expect(layout).toMatchObject({
      paper_bgcolor: 'rgba(0,0,0,0)',
      colorway: series.dark,
      font: { color: palette.dark.text },
      xaxis: { title: { text: 'class' }, gridcolor: palette.dark.grid },
      yaxis2: { overlaying: 'y', gridcolor: palette.dark.grid },
    })
  })

  it('has the default colours of Plotly Express replaced, and chosen ones kept', () => {
    const two = { data: [...bar.data, { type: 'bar', marker: { color: ['#EF553B', 'tomato'] } }] }
    const [first, second] = dress(two, 'light').data
    expect(first).toMatchObject({ marker: { color: series.light[0] } })
    expect(second).toMatchObject({ marker: { color: [series.light[1], 'tomato'] } })
  })

  it('says its title in a file, not on the page, where it stands beside it', () => {
    expect(dress(bar, 'light', 'file').layout).toMatchObject({ title: { text: 'Fares' } })
    expect(dress(bar, 'light', 'page').layout).toMatchObject({ title: { text: '' } })
  })

  it('has visible flows in a Sankey diagram, in its own colours where it has some', () => {
    const flows = [
      { type: 'sankey', link: { value: [1] } },
      { type: 'sankey', link: { color: 'tomato' } },
    ]
    const [plain, own] = dress({ data: flows }, 'light').data
    expect(plain).toMatchObject({ link: { value: [1], color: `${palette.light.dim}59` } })
    expect(own).toMatchObject({ link: { color: 'tomato' } })
  })

  it('leaves the figure that it was given as it was', () => {
    const before = JSON.stringify(bar)
    dress(bar, 'dark', 'thumbnail')
    expect(JSON.stringify(bar)).toBe(before)
  })
})

describe('room for labels', () => {
  const many = {
    data: [{ type: 'bar', orientation: 'h', y: Array.from({ length: 30 }, (_, n) => `City ${n}`) }],
    layout: {
      yaxis: { type: 'category', dtick: 1 },
      legend: { orientation: 'h' },
      coloraxis: { colorbar: {} },
    },
  }

  it('is as high as a label a bar needs, and leaves other charts alone', () => {
    expect(heightFor(many)).toBeGreaterThan(30 * 16)
    expect(heightFor({ data: [{ type: 'bar', y: [1, 2] }] })).toBe(0)
  })

  it('is not taken in a thumbnail, which shows the labels that fit and no scale', () => {
    const { layout } = dress(many, 'light', 'thumbnail')
    expect(layout?.['yaxis']).not.toHaveProperty('dtick')
    expect(layout?.['yaxis']).toMatchObject({ tickmode: 'auto' })
    expect(layout?.['coloraxis']).toMatchObject({ showscale: false })
  })

  it('keeps a legend below the axis, and the title of a scale along it', () => {
    const { layout } = dress(many, 'dark')
    expect(layout?.['legend']).toMatchObject({ yref: 'container', y: 0 })
    expect(layout?.['coloraxis']).toMatchObject({ colorbar: { title: { side: 'right' } } })
  })
})

describe('the bundle', () => {
  it.each([
    ['bar', 'cartesian'],
    ['pie', 'cartesian'],
    ['sankey', 'full'],
    ['scatter3d', 'full'],
    ['scattergl', 'full'],
  ] as const)('%s needs %s', (type, bundle) => {
    expect(bundleFor({ data: [{ type: 'scatter' }, { type }] })).toBe(bundle)
  })

  it('takes a trace without type for a scatter', () => {
    expect(bundleFor({ data: [{}] })).toBe('cartesian')
  })
})
