import { id, text } from '@mainspring/core'
import { expect, test } from 'vitest'
import { event, sourceOf, subjectOf } from './event.ts'
import { OrderCancelled, OrderPlaced } from './testing/orders.ts'

const fields = { order_id: id(), note: text({ optional: true }) }
const options = { subject: 'orders/{order_id}', description: 'Something happened.' } as const

test.each([
  'order_placed',
  'snacks.OrderPlaced',
  'Snacks.order_placed',
  'snacks.order.placed',
  'snacks.',
  '.placed',
  '',
])('an event cannot be called %j', (type) => {
  expect(() => event(type, fields, options)).toThrow(`An event is called like snacks.order_placed, not ${type}.`)
})

test('an event is of version 1 until it says otherwise', () => {
  expect([OrderPlaced.version, OrderCancelled.version]).toEqual([1, 2])
})

test('an event names the service that emits it', () => {
  expect(sourceOf({ type: 'snack-bar.order_placed' })).toBe('snack-bar')
})

test('a subject is the path of the resource, its id taken from what is said', () => {
  expect(subjectOf(OrderPlaced)({ order_id: '4711', total_minor: 1 })).toBe('orders/4711')
  expect(
    subjectOf(event('snacks.moved', fields, { ...options, subject: 'bars/1/orders/{order_id}' }))({ order_id: '$&' }),
  ).toBe('bars/1/orders/$&')
})

test.each([
  ['a field that may be absent', 'orders/{note}'],
  ['a field that it does not have', 'orders/{pizza_id}'],
  ['no field', 'orders'],
])('a subject cannot be taken from %s', (_, subject) => {
  expect(() => event('snacks.order_placed', fields, { ...options, subject: subject as 'orders/{order_id}' })).toThrow(
    `snacks.order_placed takes its subject, ${subject}, from a field that it always has.`,
  )
})

test('a field of an event belongs to who emits it', () => {
  expect(() => event('snacks.order_placed', { ...fields, total: text({ output_only: true }) }, options)).toThrow(
    'snacks.order_placed cannot have total as output only: an event says what it is given.',
  )
})
