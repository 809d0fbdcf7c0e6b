import { expect, it } from 'vitest'
import { summarise } from './running'

it.each([
  [[], ''],
  [['running', 'queued', 'done'], '2 running'],
  [['waiting'], '1 waits for you'],
  [['waiting', 'waiting', 'running', 'failed'], '2 wait for you · 1 running'],
] as const)('%j reads “%s”', (states, text) => {
  expect(summarise(states.map((state) => ({ state }))).text).toBe(text)
})
