import { expect, test } from 'vitest'
import type { LogEntry } from '../logs.ts'
import { queueSubjects } from './subject-queue.ts'

const entry = (position: number, subject: string, envelope = 'x'): LogEntry => ({
  position,
  type: 'meters.counted',
  subject,
  envelope,
})
const roomy = { events: 100, record_bytes: 1_000, records: 100, bytes: 1_000 }
const positionsOf = (records: readonly { readonly events: readonly LogEntry[] }[]) =>
  records.map(({ events }) => events.map(({ position }) => position))

test('a record has the events of one subject, in order', () => {
  const queue = queueSubjects([entry(1, 'a'), entry(2, 'b'), entry(3, 'a'), entry(5, 'a')])

  expect(positionsOf(queue.next(roomy))).toEqual([[1, 3, 5], [2]])
})

test('a record has no more events and bytes than it may, but always one', () => {
  const queue = queueSubjects([entry(1, 'a', 'ä'.repeat(300)), entry(2, 'a', 'ä'.repeat(200)), entry(3, 'a')])

  expect(positionsOf(queue.next({ ...roomy, record_bytes: 1_000 }))).toEqual([[1, 2]])
  expect(positionsOf(queue.next({ ...roomy, record_bytes: 999 }))).toEqual([[1]])
  expect(positionsOf(queue.next({ ...roomy, record_bytes: 10 }))).toEqual([[1]])
  expect(positionsOf(queue.next({ ...roomy, events: 1 }))).toEqual([[1]])
})

test('no more records are under way than may be, nor more bytes', () => {
  const queue = queueSubjects([entry(1, 'a', 'xxxx'), entry(2, 'b', 'xxxx'), entry(3, 'c', 'xxxx')])

  expect(positionsOf(queue.next({ ...roomy, records: 2 }))).toEqual([[1], [2]])
  expect(positionsOf(queue.next({ ...roomy, bytes: 11 }))).toEqual([[1], [2]])
  expect(positionsOf(queue.next({ ...roomy, bytes: 1 }))).toEqual([[1]])
})

test('what comes after a record waits until that is stored', () => {
  const queue = queueSubjects([entry(1, 'a'), entry(2, 'b'), entry(3, 'a')])
  const [first] = queue.next({ ...roomy, events: 1 })

  expect(positionsOf(queue.next({ ...roomy, events: 1 }))).toEqual([[1], [2]])
  if (first) queue.remove(first)
  expect(positionsOf(queue.next({ ...roomy, events: 1 }))).toEqual([[3], [2]])
})

test('the position is where all before is stored, whatever is behind it', () => {
  const queue = queueSubjects([entry(1, 'a'), entry(4, 'b'), entry(6, 'c')])
  const [a, b, c] = queue.next(roomy)
  const positions: unknown[] = [queue.position]
  for (const record of [c, a, b]) {
    if (record) queue.remove(record)
    positions.push(queue.position)
  }

  expect(positions).toEqual([undefined, undefined, 1, 6])
  expect(queue.isEmpty).toBe(true)
})
