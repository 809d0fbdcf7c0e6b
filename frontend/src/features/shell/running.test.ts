import { expect, it } from 'vitest'
import { onlyAnalysis, summarise } from './running'

it.each([
  [[], ''],
  [['running', 'queued', 'done'], '2 running'],
  [['waiting'], '1 waits for you'],
  [['waiting', 'waiting', 'running', 'failed'], '2 wait for you · 1 running'],
] as const)('%j reads “%s”', (states, text) => {
  expect(summarise(states.map((state) => ({ state }))).text).toBe(text)
})

it.each([
  [[['analysis', 'running']], 'run_0'],
  [
    [
      ['analysis', 'waiting'],
      ['ask', 'done'],
    ],
    'run_0',
  ],
  [
    [
      ['analysis', 'running'],
      ['ask', 'queued'],
    ],
    null,
  ],
  [[['ask', 'running']], null],
  [[['analysis', 'done']], null],
] as const)('%j leads to %s', (runs, id) => {
  expect(onlyAnalysis(runs.map(([kind, state], index) => ({ id: `run_${index}`, kind, state })))).toBe(id)
})
