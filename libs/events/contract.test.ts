import { array, type Fields, id, integer, number, object, oneOf, text, timestamp } from '@mainspring/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareContracts, contractOf } from './contract.ts'
import { createEnvelope, understand } from './envelope.ts'
import { type EventOptions, type EventType, event } from './event.ts'
import { arbitraryEvolution } from './testing/evolution.ts'
import { OrderCancelled, OrderPlaced } from './testing/orders.ts'

const base = { order_id: id(), total: integer({ min: 1, max: 100 }) }

const placed = (fields: Fields, options: Partial<EventOptions<Fields>> = {}): EventType =>
  event('snacks.order_placed', fields, { subject: 'orders/{order_id}', description: 'An order came.', ...options })

const compare = (before: EventType, after: EventType) => compareContracts(written(before), contractOf([after]))

/** As it comes out of the file. */
const written = (...events: readonly EventType[]) => JSON.parse(JSON.stringify(contractOf(events)))

/** The second version of an event that had other fields. */
const change = (before: Fields, after: Fields) =>
  compare(placed({ ...base, ...before }), placed({ ...base, ...after }, { version: 2 }))

test('a contract says of each event what others rely on', () => {
  expect(contractOf([OrderPlaced, OrderCancelled])).toEqual({
    'snacks.order_cancelled': {
      version: 2,
      subject: 'orders/{order_id}',
      description: 'An order was withdrawn before it was cooked.',
      data: {
        type: 'object',
        properties: {
          order_id: { type: 'string', maxLength: 63, pattern: expect.any(String) },
          reason: { type: ['string', 'null'], maxLength: 500, default: null },
        },
        required: ['order_id'],
      },
    },
    'snacks.order_placed': expect.objectContaining({ version: 1 }),
  })
})

test('a contract lets through members that nobody here knows, at any depth', () => {
  expect(JSON.stringify(contractOf([OrderPlaced]))).not.toContain('additionalProperties')
})

test('a contract that stays as it is breaks nothing', () => {
  expect(compareContracts(written(OrderPlaced, OrderCancelled), contractOf([OrderCancelled, OrderPlaced]))).toEqual([])
})

test('other words, and another order of the fields, change nothing', () => {
  const before = placed({ ...base, description: text() })
  const after = placed(
    { description: text({ example: 'a' }), total: base.total, order_id: id({ description: 'The order.' }) },
    { description: 'An order was placed.' },
  )

  expect(compare(before, after)).toEqual([])
})

test.each<[string, Fields, Fields]>([
  ['a field that may be absent', {}, { note: text({ optional: true }) }],
  ['a field with a default', {}, { count: integer({ default: 1 }) }],
  ['one more value', { channel: oneOf(['A']) }, { channel: oneOf(['A', 'B']) }],
  ['any text in place of some values', { channel: oneOf(['A']) }, { channel: text() }],
  ['wider bounds', { size: integer({ min: 1, max: 5 }) }, { size: integer({ min: 0, max: 6 }) }],
  ['no bounds', { name: text({ min: 1, max: 5, pattern: '^a' }) }, { name: text() }],
  ['any number in place of whole ones', { size: integer() }, { size: number() }],
  ['null as well', { name: text() }, { name: text({ optional: true }) }],
  ['more in a list', { items: array(text({ max: 5 }), { max: 1 }) }, { items: array(text({ max: 9 }), { max: 2 }) }],
  ['more in a part', { part: object({ a: text() }) }, { part: object({ a: text(), b: text({ default: '' }) }) }],
])('a new version may allow %s', (_, before, after) => {
  expect(change(before, after)).toEqual([])
})

test.each<[string, Fields, Fields, string]>([
  ['removed', { note: text() }, {}, 'note is gone.'],
  ['renamed', { note: text() }, { remark: text({ default: '' }) }, 'note is gone.'],
  ['added and required', {}, { note: text() }, 'note must be given now; it needs a default, or to be optional.'],
  [
    'required now',
    { note: text({ default: '' }) },
    { note: text() },
    'note must be given now; it needs a default, or to be optional.',
  ],
  [
    'never null now',
    { note: text({ optional: true }) },
    { note: text({ default: '' }) },
    'note may no longer be null.',
  ],
  ['of another type', { note: text() }, { note: integer() }, 'note may no longer be string.'],
  ['whole only', { size: number() }, { size: integer({ min: 0 }) }, 'size may no longer be number.'],
  ['without a value', { a: oneOf(['A', 'B', 'C']) }, { a: oneOf(['B']) }, 'a may no longer be "A", "C".'],
  ['one of few now', { a: text() }, { a: oneOf(['A', 'B']) }, 'a may only be "A", "B" now.'],
  ['longer at least', { a: text({ min: 1 }) }, { a: text({ min: 2 }) }, 'a has minLength 2 now, no longer 1.'],
  ['shorter at most', { a: text({ max: 6 }) }, { a: text({ max: 5 }) }, 'a has maxLength 5 now, no longer 6.'],
  ['larger at least', { a: integer({ min: 1 }) }, { a: integer({ min: 2 }) }, 'a has minimum 2 now, no longer 1.'],
  ['smaller at most', { a: integer({ max: 2 }) }, { a: integer({ max: 1 }) }, 'a has maximum 1 now, no longer 2.'],
  [
    'above what it was',
    { a: number({ above: 0 }) },
    { a: number({ above: 1 }) },
    'a has exclusiveMinimum 1 now, no longer 0.',
  ],
  ['below a bound', { a: number() }, { a: number({ below: 1 }) }, 'a has exclusiveMaximum 1 now.'],
  [
    'of another form',
    { a: text({ pattern: 'a' }) },
    { a: text({ pattern: 'b' }) },
    'a has pattern b now, no longer a.',
  ],
  ['a moment now', { a: text() }, { a: timestamp() }, 'a has format date-time now.'],
  [
    'fewer at most',
    { a: array(text(), { max: 2 }) },
    { a: array(text(), { max: 1 }) },
    'a has maxItems 1 now, no longer 2.',
  ],
  ['more at least', { a: array(text()) }, { a: array(text(), { min: 1 }) }, 'a has minItems 1 now.'],
  ['narrower in a list', { a: array(text()) }, { a: array(integer()) }, 'a[] may no longer be string.'],
  ['gone from a part', { a: object({ b: text(), c: text() }) }, { a: object({ b: text() }) }, 'a.c is gone.'],
  [
    'required in the parts of a list',
    { a: array(object({ b: text() })) },
    { a: array(object({ b: text(), c: text() })) },
    'a[].c must be given now; it needs a default, or to be optional.',
  ],
])('a field cannot be %s', (_, before, after, sentence) => {
  expect(change(before, after)).toEqual([`snacks.order_placed: ${sentence}`])
})

test('an event cannot go', () => {
  expect(compareContracts(written(OrderPlaced), {})).toEqual(['snacks.order_placed is gone.'])
})

test('an event cannot come to be about something else', () => {
  const before = placed({ ...base, guest_id: id() })
  const after = placed({ ...base, guest_id: id() }, { subject: 'guests/{guest_id}', version: 2 } as object)

  expect(compare(before, after)).toEqual([
    'snacks.order_placed: its subject is no longer orders/{order_id}, but guests/{guest_id}.',
  ])
})

test('what has changed has another version', () => {
  const note = text({ optional: true })

  expect(compare(placed(base, { version: 4 }), placed({ ...base, note }, { version: 4 }))).toEqual([
    'snacks.order_placed: it has changed, so its version is 5.',
  ])
  expect(
    compare(placed({ ...base, a: integer({ default: 1 }) }), placed({ ...base, a: integer({ default: 2 }) })),
  ).toEqual(['snacks.order_placed: it has changed, so its version is 2.'])
})

test('a version never goes down', () => {
  expect(compare(placed(base, { version: 3 }), placed(base, { version: 2 }))).toEqual([
    'snacks.order_placed: its version goes down, from 3 to 2.',
  ])
})

test('what was said under a contract is understood under every later one that breaks nothing', () => {
  const options = { newId: () => 'e1', now: 0, origin: {} }
  let compatible = 0

  fc.assert(
    fc.property(arbitraryEvolution, ({ before, after, said }) => {
      const event = placed({ ...base, ...before })
      const later = placed({ ...base, ...after }, { version: 2 })
      if (compare(event, later).length > 0) return
      compatible++
      const envelope = createEnvelope(event, { order_id: 'o1', total: 1, ...said }, options)

      expect(() => understand(later, JSON.parse(JSON.stringify(envelope)))).not.toThrow()
    }),
    { numRuns: 500 },
  )

  expect(compatible).toBeGreaterThan(100)
})
