import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addExactly, isCurrency, toSafeInteger } from './money.ts'

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

test('a sum is exact, and a number only where a double holds it', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger()), (amounts) => {
      const sum = addExactly(amounts)

      expect(sum - addExactly(amounts.slice(1))).toBe(BigInt(amounts[0] ?? 0))
      const isSafe = sum >= BigInt(Number.MIN_SAFE_INTEGER) && sum <= BigInt(Number.MAX_SAFE_INTEGER)
      expect(toSafeInteger(sum)).toBe(isSafe ? Number(sum) : undefined)
    }),
  )
  expect(addExactly([Number.MAX_SAFE_INTEGER, 2])).toBe(9007199254740993n)
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
