import { AppError, conflict, invalid, notFound, unavailable } from '@mainspring/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { causeOf, isWorthRetrying, pauseAfter, type RetryPolicy, USUAL_RETRY } from './retry.ts'

const longest = () => 1
const shortest = () => 0

test('pauses double until the longest, and after the last attempt there is none', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((failed) => pauseAfter(USUAL_RETRY, failed, longest))

  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, undefined])
  expect(pauseAfter({ ...USUAL_RETRY, attempts: 20 }, 12, longest)).toBe(300_000)
})

test('half of a pause is by chance', () => {
  expect([pauseAfter(USUAL_RETRY, 3, shortest), pauseAfter(USUAL_RETRY, 3, longest)]).toEqual([2_000, 4_000])
})

const policies: fc.Arbitrary<RetryPolicy> = fc.record({
  attempts: fc.integer({ min: 1, max: 2_000 }),
  first_seconds: fc.double({ min: 0.01, max: 60, noNaN: true }),
  longest_seconds: fc.integer({ min: 60, max: 86_400 }),
})

test('however often something failed, a pause is within its bounds', () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 2_000 }), (policy, failed) => {
      const pause = pauseAfter(policy, failed)
      const most = Math.min(policy.longest_seconds, policy.first_seconds * 2 ** (failed - 1)) * 1000

      if (failed >= policy.attempts) expect(pause).toBeUndefined()
      else {
        expect(pause).toBeGreaterThanOrEqual(Math.floor(most / 2))
        expect(pause).toBeLessThanOrEqual(Math.ceil(most))
      }
    }),
  )
})

test.each([
  [invalid('event_invalid'), false],
  [new AppError('unauthenticated', 'who'), false],
  [new AppError('forbidden', 'not_you'), false],
  [notFound('not_found'), true],
  [conflict('in_the_way'), true],
  [unavailable('database_busy'), true],
  [new TypeError('x is undefined'), true],
  ['a text', true],
])('whether %s is worth another try: %s', (error, worth) => {
  expect(isWorthRetrying(error)).toBe(worth)
})

test.each([
  [conflict('in_the_way', { detail: 'Order 4711 is.' }), 'in_the_way'],
  [new Error('connect ECONNREFUSED 127.0.0.1:5432'), 'Error: connect ECONNREFUSED ….….….…:…'],
  [
    new TypeError("Cannot read properties of undefined (reading 'id')"),
    'TypeError: Cannot read properties of undefined (reading …)',
  ],
  [new Error('no row 0199c0de-0000-7000-8000-000000000001'), 'Error: no row …'],
  [new Error(`no "${'x'.repeat(500)}"`), 'Error: no …'],
  ['a text', 'unknown'],
  [undefined, 'unknown'],
])('what is alike in %s is told without what differs', (error, cause) => {
  expect(causeOf(error)).toBe(cause)
})

test('two errors that differ by an id have one cause, and none is long', () => {
  const causes = ['4711', '4712'].map((order) => causeOf(new Error(`order ${order} is gone ${'so '.repeat(100)}`)))

  expect(causes[0]).toBe(causes[1])
  expect(causes[0]).toHaveLength(100)
})
