/** The first screen in the words of a model, where there are any, else in those of the rules. */
import type { AnalysisResult, WordedSentence, Wording } from '../../api/analysis'
import { dollars } from '../ask/model/calls'
import { todoOf } from './outcome'
import { remedyWord } from './words'

type Outcome = Pick<AnalysisResult, 'result' | 'critique'>

export interface Told {
  asked: string
  found: string
  sure: string
  todo: string[]
}

const text = (sentences: readonly WordedSentence[]): string =>
  sentences.map((sentence) => sentence.text).join(' ')

export const byRules = (outcome: Outcome): Told => {
  const { asked, found, sure } = outcome.result
  return { asked, found, sure, todo: todoOf(outcome) }
}

export function toldOf(outcome: Outcome): Told {
  const { wording } = outcome.result
  if (wording?.by !== 'model') return byRules(outcome)
  const remedies = new Map(outcome.critique.remarks.map(({ do_this, remedy }) => [do_this, remedy]))
  return {
    asked: text(wording.asked),
    found: text(wording.found),
    sure: text(wording.sure),
    todo: wording.do.map((sentence) => {
      const remedy = remedies.get(wording.facts[sentence.fact] ?? '')
      return remedy ? `${sentence.text} ${remedyWord(remedy)}` : sentence.text
    }),
  }
}

export const costOfWording = ({ cost_usd }: Wording): string =>
  cost_usd === null ? 'price unknown' : dollars(Number(cost_usd))
