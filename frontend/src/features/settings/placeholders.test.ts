import { expect, test } from 'vitest'
import { pieces } from './placeholders'

test('placeholders stand apart from the words around them', () => {
  expect(pieces('<EMAIL_1> and <NATIONAL_ID_12>, not <b>')).toEqual([
    { text: '<EMAIL_1>', hidden: true },
    { text: ' and ', hidden: false },
    { text: '<NATIONAL_ID_12>', hidden: true },
    { text: ', not <b>', hidden: false },
  ])
})
