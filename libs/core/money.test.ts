import { expect, test } from 'vitest'
import { isCurrency, toSafeInteger } from './money.ts'

test.each(['EUR', 'USD', 'JPY', 'KWD', 'CLF', 'CHE', 'SLE', 'VED', 'XCG', 'XAD', 'ZWG'])('%s is a currency', (code) => {
  expect(isCurrency(code)).toBe(true)
})

test.each([
  ['historical', 'DEM HRK SLL ZWL CUC ANG BGN MRO STD VEF BYR LTL'],
  ['without a minor unit', 'XAU XAG XDR XXX XTS XSU'],
  ['made up', 'AAA ABC BTC USDT'],
  ['no code', 'eur Eur EU EURO € 978'],
])('a code that is %s is no currency', (_, codes) => {
  expect(['', ' EUR', ...codes.split(' ')].filter(isCurrency)).toEqual([])
})

test.each([
  [9007199254740991n, 9007199254740991],
  [9007199254740992n, undefined],
  [9007199254740993n, undefined],
  [-9007199254740991n, -9007199254740991],
  [-9007199254740992n, undefined],
])('%s as a number is %s', (sum, number) => {
  expect(toSafeInteger(sum)).toBe(number)
})
