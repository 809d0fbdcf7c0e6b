import type { Answer } from '../../../api/types'

interface Told {
  question: string
  answer: Answer
  /** Where the answer with all its work is. */
  address: string
}

/** An answer as plain text for a mail or a document: with what it rests on, and where to check it. */
export function answerText({ question, answer, address }: Told): string {
  const figures = answer.numbers.map((figure) => `${figure.label}: ${figure.text}`)
  const failed = answer.checks.filter((check) => !check.passed)
  const warning = failed.map((check) => `Check failed: ${check.name}, ${check.detail}`)
  const parts = [question, [answer.sentence, answer.base, ...warning], figures, address]
  return parts
    .map((part) => (typeof part === 'string' ? part : part.filter(Boolean).join('\n')))
    .filter(Boolean)
    .join('\n\n')
}
