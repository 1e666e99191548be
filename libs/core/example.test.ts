import { expect, test } from 'vitest'
import { exampleOf } from './example.ts'
import { array, currency, date, id, integer, object, objectSchema, oneOf, text, timestamp } from './fields.ts'
import { createValidator } from './validator.ts'

test('an example has what must be given and what has one of its own, and is valid', () => {
  const schema = objectSchema({
    id: id({ optional: true, example: 'p1' }),
    name: text({ min: 3 }),
    note: text({ optional: true }),
    remark: text({ optional: true, example: 'Mind the oven.' }),
    size: oneOf(['SMALL', 'LARGE']),
    price: integer({ min: 5 }),
    currency_code: currency(),
    day: date(),
    moment: timestamp(),
    update_time: timestamp({ output_only: true }),
    parts: array(object({ count: integer() })),
  })

  const example = exampleOf(schema)

  expect(example).toEqual({
    name: 'aaa',
    remark: 'Mind the oven.',
    size: 'SMALL',
    price: 5,
    currency_code: 'EUR',
    day: '2026-11-20',
    moment: '2026-11-20T09:30:00.000Z',
    parts: [{ count: 1 }],
  })
  expect(createValidator(schema, 'body')(example)).toEqual([])
})
