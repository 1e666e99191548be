import { id, text } from '@mainspring/core'
import { type EventType, event } from '@mainspring/events'
import { expect, test } from 'vitest'
import { reviewContract } from './event-contract.ts'

const placed = (fields: object, version = 1): EventType =>
  event(
    'snacks.order_placed',
    { order_id: id(), ...fields },
    { subject: 'orders/{order_id}', description: 'An order came.', version },
  )

const committed = reviewContract(undefined, [placed({ note: text() })]).text

test('the first contract of a service is what its code says', () => {
  expect(JSON.parse(committed ?? '')).toMatchObject({ 'snacks.order_placed': { version: 1 } })
  expect(committed?.endsWith('\n}\n')).toBe(true)
})

test('a service without events needs no contract', () => {
  expect(reviewContract(undefined, [])).toEqual({ text: undefined, broken: [] })
})

test('a contract that is what the code says stays', () => {
  expect(reviewContract(committed, [placed({ note: text() })])).toEqual({ text: committed, broken: [] })
})

test('a contract is written anew when something was added, and when a description changed', () => {
  const added = reviewContract(committed, [placed({ note: text(), more: text({ default: '' }) }, 2)])
  const described = reviewContract(committed, [placed({ note: text({ description: 'A note.' }) })])

  for (const { text, broken } of [added, described]) {
    expect(broken).toEqual([])
    expect(text).not.toBe(committed)
  }
})

test('what breaks a contract is named', () => {
  expect(reviewContract(committed, [placed({}, 2)]).broken).toEqual(['snacks.order_placed: note is gone.'])
  expect(reviewContract(committed, []).broken).toEqual(['snacks.order_placed is gone.'])
})
