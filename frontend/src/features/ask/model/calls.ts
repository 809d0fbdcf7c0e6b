/** What was asked of models, in figures. */
import type { ModelCall } from '../../../api/types'
import { number } from '../../../format/number'

export interface Total {
  calls: number
  tokens: number
  seconds: number
  /** US dollars, as far as prices are known. */
  usd: number
  /** Calls whose price nobody knows. */
  unpriced: number
}

export function totalOf(calls: readonly ModelCall[]): Total {
  const total: Total = { calls: calls.length, tokens: 0, seconds: 0, usd: 0, unpriced: 0 }
  for (const call of calls) {
    total.tokens += call.usage.input_tokens + call.usage.output_tokens
    total.seconds += call.seconds
    if (call.cost_usd === null) total.unpriced += answered(call) ? 1 : 0
    else total.usd += Number(call.cost_usd)
  }
  return total
}

/** Calls that never came to an answer cost nothing, as far as anybody knows. */
const answered = (call: ModelCall): boolean => call.usage.output_tokens > 0

/** 0.0042 USD; what is too little to show is not told as nothing. */
export function dollars(usd: number): string {
  if (usd === 0) return 'free'
  return usd < 0.0001 ? '<0.0001 USD' : `${number(Number(usd.toPrecision(3)))} USD`
}

export function costOf(total: Total): string {
  if (total.unpriced === 0) return dollars(total.usd)
  return total.usd === 0 ? 'price unknown' : `${dollars(total.usd)} and what nobody has a price for`
}

const PURPOSES: Readonly<Record<string, string>> = {
  profile: 'Describe the columns',
  plan: 'Plan the analysis',
  code: 'Write code',
  correct: 'Correct what was wrong',
  answer: 'State the answer',
  report: 'Word the result',
  test: 'Test',
}
export const purposeWord = (purpose: string): string => PURPOSES[purpose] ?? purpose

const OUTCOMES: Readonly<Record<string, string>> = {
  ok: 'Answered',
  length: 'Cut off at its longest',
  refused: 'Refused',
  started: 'Under way',
  cancelled: 'Stopped',
  RATE_LIMITED: 'Too many requests',
  UNAVAILABLE: 'Not reached',
  TIMED_OUT: 'Fell silent',
  TOO_LARGE: 'Prompt too long',
  BUDGET_SPENT: 'Budget used up',
  CONFIGURATION_ERROR: 'Refused by the provider',
}
export const outcomeWord = (outcome: string): string => OUTCOMES[outcome] ?? outcome

/** A text in pieces; hidden ones are placeholders, `text` being what is to be shown for them. */
export function revealed(
  text: string,
  originals: Readonly<Record<string, string>>,
  show: boolean,
): { text: string; hidden: boolean }[] {
  return text
    .split(/(<[A-Z][A-Z_]*_\d+>)/)
    .map((piece, place) => ({
      text: show && place % 2 === 1 ? (originals[piece] ?? piece) : piece,
      hidden: place % 2 === 1,
    }))
    .filter((piece) => piece.text !== '')
}
