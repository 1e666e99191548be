import { expect, test } from 'vitest'
import { array, factsOf, integer, isRequired, number, object, oneOf, text, timestamp } from './fields.ts'

test('a field is a JSON Schema', () => {
  expect(JSON.parse(JSON.stringify(integer({ min: 1, example: 5, description: 'Teeth.' })))).toEqual({
    type: 'integer',
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'Teeth.',
    examples: [5],
  })
  expect(JSON.parse(JSON.stringify(number({ above: 0 })))).toEqual({ type: 'number', exclusiveMinimum: 0 })
})

test('an optional field takes null, and null is its default', () => {
  expect(JSON.parse(JSON.stringify(text({ max: 5, optional: true })))).toEqual({
    type: ['string', 'null'],
    maxLength: 5,
    default: null,
  })
  expect(JSON.parse(JSON.stringify(oneOf(['A', 'B'], { optional: true })))).toEqual({
    type: ['string', 'null'],
    enum: ['A', 'B', null],
    default: null,
  })
})

test('what the service owns is read only and has no default', () => {
  const field = timestamp({ output_only: true, optional: true })

  expect(JSON.parse(JSON.stringify(field))).toEqual({ type: ['string', 'null'], format: 'date-time', readOnly: true })
})

test('an object asks for the fields that have no default and knows no others', () => {
  const schema = object({
    a: text(),
    b: text({ optional: true }),
    c: integer({ default: 0 }),
    d: text({ output_only: true }),
  })

  expect(JSON.parse(JSON.stringify(schema))).toMatchObject({ required: ['a'], additionalProperties: false })
})

test('a field knows its kind, its options, and its schema without null', () => {
  const field = array(integer({ min: 0 }), { optional: true, max: 3 })

  expect(factsOf(field)).toMatchObject({ kind: 'json', options: { optional: true, max: 3 } })
  expect(factsOf(field).schema).toMatchObject({ type: 'array', maxItems: 3 })
})

test('a request must give what is neither optional nor the service’s own and has no default', () => {
  expect(
    [text(), text({ optional: true }), text({ default: '' }), text({ output_only: true })].map(isRequired),
  ).toEqual([true, false, false, false])
})
