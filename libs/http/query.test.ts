import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseQuery } from './query.ts'

const text = fc.string({ unit: 'grapheme' }).map((each) => each.replaceAll('\0', ''))

test('what URLSearchParams writes is read back', () => {
  fc.assert(
    fc.property(fc.dictionary(text, text), (values) => {
      const parsed = parseQuery(new URLSearchParams(values).toString())

      expect(parsed.errors).toEqual([])
      expect({ ...parsed.values }).toEqual({ ...values })
    }),
  )
})

test('rubbish is refused by name, and never breaks', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('%', '&', '=', '+', '0', 'C', 'é', 'a') }), (query) => {
      const { values, errors } = parseQuery(query)

      expect(query.split('&').filter((pair) => pair !== '')).toHaveLength(Object.keys(values).length + errors.length)
    }),
  )
})

test.each([
  ['a=%', 'a', 'encoding'],
  ['a=%C3', 'a', 'encoding'],
  ['a=x%00', 'a', 'encoding'],
  ['%FF=1', 'query', 'encoding'],
  ['a=1&b=2&a=1', 'a', 'repeated'],
  ['a&%61', 'a', 'repeated'],
])('%s is refused', (query, field, code) => {
  expect(parseQuery(query).errors).toMatchObject([{ field, code }])
})

test('names that mean something to the language are names like others', () => {
  expect(Object.keys(parseQuery('__proto__=1&constructor=2').values)).toEqual(['__proto__', 'constructor'])
})
