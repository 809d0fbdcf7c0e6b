/** The answers to a clarifying question while a person chooses. */
import type { Answers, ClarifyCard } from '../../api/analysis'

/** The defaults, marked beforehand. */
export const defaultAnswers = (card: Pick<ClarifyCard, 'questions'>): Answers =>
  Object.fromEntries(card.questions.map((question) => [question.id, question.default]))

/** Seconds until the defaults are taken, never below none. */
export const secondsLeft = (card: Pick<ClarifyCard, 'deadline'>, now: Date): number =>
  Math.max(0, (new Date(card.deadline).getTime() - now.getTime()) / 1000)

/** How an answer reads: the label of the option, or the column itself. */
export function answerWord(card: ClarifyCard, questionId: string): string {
  const question = card.questions.find((each) => each.id === questionId)
  const value = card.answers?.[questionId] ?? question?.default ?? ''
  const label = question?.options.find((option) => option.value === value)?.label
  return label ?? (value || 'none')
}

/** Options worth a look beside those that are proposed: every other column, where a column is asked for. */
export function otherColumns(card: ClarifyCard, questionId: string, columns: readonly string[]): string[] {
  if (questionId !== 'target' && questionId !== 'time' && questionId !== 'group') return []
  const proposed = new Set(
    card.questions.find((each) => each.id === questionId)?.options.map((option) => option.value),
  )
  return columns.filter((column) => !proposed.has(column))
}
