import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalizePhone } from './phone.ts'

test.each([
  ['+49 30 123456', undefined, '+4930123456'],
  ['+49 (0)30 12 34-56', undefined, '+4930123456'],
  ['030/123456', 'DE', '+4930123456'],
  ['0049 30 123456', 'DE', '+4930123456'],
  ['011 49 30 123456', 'US', '+4930123456'],
  ['(213) 373-4253', 'US', '+12133734253'],
  ['213.373.4253', 'US', '+12133734253'],
  ['02 3661 8300', 'IT', '+390236618300'],
  ['+٤٩٣٠١٢٣٤٥٦', undefined, '+4930123456'],
  ['tel:+49-30-123456', undefined, '+4930123456'],
  ['\u202a+49\u00a030\u00a0123456\u202c', undefined, '+4930123456'],
  ['+800 1234 5678', undefined, '+80012345678'],
  ['+49 30 123456', 'AQ', '+4930123456'],
])('%j dialled in %s is %s', async (text, region, number) => {
  expect(await normalizePhone(text, region)).toBe(number)
})

test.each([
  ['a national number without a region', '030 123456', undefined],
  ['a national number in a region that has none', '030 123456', 'AQ'],
  ['a national number in a region that is none', '030 123456', 'de'],
  ['an extension', '+1 213 373 4253 ext. 5', 'US'],
  ['an extension in a link', 'tel:+12133734253;ext=5', 'US'],
  ['letters for digits', '1-800-FLOWERS', 'US'],
  ['words around it', 'call (213) 373-4253', 'US'],
  ['two numbers', '+49 30 123456 / +49 30 654321', 'DE'],
  ['a country that is none', '+999 123456789', 'DE'],
  ['a number that is too short', '+49 30 1', 'DE'],
  ['a number that is too long', '+49 30 1234567890123', 'DE'],
  ['a number that no country gives', '+1 111 111 1111', 'US'],
  ['an emergency number', '112', 'DE'],
  ['nothing', '', 'DE'],
  ['a megabyte', '3'.repeat(1_000_000), 'DE'],
])('%s is no phone number', async (_, text, region) => {
  expect(await normalizePhone(text, region)).toBeUndefined()
})

const region = fc.constantFrom('DE', 'US', 'IT', 'AR', 'MX', 'BR', 'RU', 'SM', 'AQ', 'xx', undefined)
const spelling = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^(\+|00|0|tel:)?[0-9 ()/.-]{1,20}(x|;ext=|,)?[0-9]{0,3}$/),
  fc.stringMatching(/^\+[1-9][0-9]{6,14}$/),
)

test('no text makes it throw, and what comes out comes out again, wherever it is read', async () => {
  await fc.assert(
    fc.asyncProperty(spelling, region, region, async (text, here, elsewhere) => {
      const number = await normalizePhone(text, here)

      fc.pre(number !== undefined)
      expect(number).toMatch(/^\+[1-9]\d{1,14}$/)
      expect(await normalizePhone(number, elsewhere)).toBe(number)
    }),
    { numRuns: 300 },
  )
})
