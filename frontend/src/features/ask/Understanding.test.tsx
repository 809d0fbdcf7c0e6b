import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import type { Understanding as View } from '../../api/types'
import { renderInPage } from '../../testing/render'
import { Understanding } from './Understanding'

const view: View = {
  restatement: 'The mean of fare by class.',
  chips: [
    { id: 'c1', role: 'measure', label: 'fare', words: 'fare', removable: false },
    { id: 'c2', role: 'group', label: 'class', words: 'by class', removable: true },
  ],
  assumptions: ['“fare” means the column fare'],
  ignored: ['please'],
  confidence: 0.7,
}

it('tells role and label of each part, what was assumed, ignored, and how sure it is', () => {
  renderInPage(<Understanding understanding={view} answered disabled={false} onRemove={vi.fn()} />)
  expect(screen.getByText('Measure')).toBeInTheDocument()
  expect(screen.getByText('class')).toBeInTheDocument()
  expect(screen.getByText(/Assumed: “fare” means/)).toBeInTheDocument()
  expect(screen.getByText(/I did not use: “please”/)).toBeInTheDocument()
  expect(screen.getByText(/Probably understood/)).toBeInTheDocument()
})

it('lets only removable parts be left out, and says which one', async () => {
  const onRemove = vi.fn()
  renderInPage(<Understanding understanding={view} answered disabled={false} onRemove={onRemove} />)
  const buttons = screen.getAllByRole('button')
  expect(buttons).toHaveLength(1)
  await userEvent.click(screen.getByRole('button', { name: 'Ask again without grouping class' }))
  expect(onRemove).toHaveBeenCalledExactlyOnceWith(view.chips[1])
})

it('claims no certainty about a question that has no answer', () => {
  renderInPage(<Understanding understanding={view} answered={false} disabled={false} onRemove={vi.fn()} />)
  expect(screen.queryByText(/understood;/)).toBeNull()
})
