import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldText } from './fold-text.ts'

const everyLetterWithCase = Array.from({ length: 0x110000 }, (_, point) => String.fromCodePoint(point)).filter((each) =>
  /\p{Changes_When_Casemapped}/u.test(each),
)

const unicode = fc.string({ unit: 'binary' })

test.each([
  ['Straße', 'STRASSE'],
  ['STRAẞE', 'strasse'],
  ['ΟΔΥΣΣΕΥΣ', 'Οδυσσευς'],
  ['ἄδης', 'ἌΔΗΣ'],
  ['ᾳ', 'ΑΙ'],
  ['ﬁn', 'FIN'],
  ['Ünlü', 'U\u0308NLU\u0308'],
  ['\u212a', 'k'],
  ['ışık', 'IŞIK'],
  ['  Acme\t\u00a0Ltd.\n', 'acme ltd.'],
  ['a\u2003b\u0085c', 'A B C'],
])('%j and %j are one', (one, other) => {
  expect(foldText(one)).toBe(foldText(other))
})

test.each([
  ['Müller', 'Muller'],
  ['İ', 'i'],
  ['ab', 'a b'],
  ['①', '1'],
])('%j and %j are two', (one, other) => {
  expect(foldText(one)).not.toBe(foldText(other))
})

test('a letter folds alike wherever it stands', () => {
  expect(foldText('ὈΔΌΣ')).toBe('ὀδόσ')
})

test('each letter of Unicode folds like its case variants, only once, and to three at most', () => {
  const wrong = everyLetterWithCase.filter((letter) => {
    const folded = foldText(letter)
    return (
      !variantsOf(letter).every((variant) => foldText(variant) === folded) ||
      foldText(folded) !== folded ||
      [...folded].length > 3
    )
  })

  expect(wrong).toEqual([])
})

test('a text folds like its case variants, its decompositions and itself with other white space, and only once', () => {
  fc.assert(
    fc.property(unicode, (text) => {
      const folded = foldText(text)

      expect([...variantsOf(text), ` ${text}\n`, folded].map(foldText)).toEqual(Array.from({ length: 6 }, () => folded))
    }),
  )
})

const variantsOf = (text: string): readonly string[] => [
  text.toUpperCase(),
  text.toLowerCase(),
  text.normalize('NFC'),
  text.normalize('NFD'),
]
