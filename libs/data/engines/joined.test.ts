import { expect, test } from 'vitest'
import type { Statement } from '../engine.ts'
import { joined } from './joined.ts'

test('rows that units insert into one table at their end are one statement', () => {
  const units = [
    [order(1), event(1)],
    [order(2), event(2)],
  ]

  expect(joined(units)).toEqual([
    { sql: 'orders x 2', parameters: ['order 1', 'order 2'], hot: true },
    { sql: 'events x 2', parameters: ['event 1', 'event 2'], hot: true },
  ])
})

test('what else units do comes before what they insert last, in its order', () => {
  const units = [
    [other('a'), order(1), event(1)],
    [order(2), other('b'), event(2)],
  ]

  expect(saidBy(units)).toEqual(['a', 'orders x 1', 'b', 'orders x 1', 'events x 2'])
})

test('the statements of a unit stay in their order', () => {
  const units = [
    [order(1), event(1)],
    [event(2), order(2)],
    [order(3), event(3)],
  ]

  const all = joined(units)

  expect(all.map(({ sql }) => sql)).toEqual(['orders x 1', 'events x 2', 'orders x 2', 'events x 1'])
  expect(all.flatMap(({ parameters }) => parameters)).toEqual([
    'order 1',
    'event 1',
    'event 2',
    'order 2',
    'order 3',
    'event 3',
  ])
})

test('statements for few numbers of rows are enough', () => {
  const units = Array.from({ length: 13 }, (_, index) => [order(index)])

  expect(saidBy(units)).toEqual(['orders x 8', 'orders x 4', 'orders x 1'])
})

test('a statement has no more rows than it may have parameters for', () => {
  const units = Array.from({ length: 10 }, () => Array.from({ length: 15 }, (_, index) => order(index)))

  expect(saidBy(units)).toEqual(['orders x 64', 'orders x 64', 'orders x 16', 'orders x 4', 'orders x 2'])
})

const table = (name: string) => {
  const sqlOf = (rows: number) => `${name}s x ${rows}`
  return (row: number): Statement => ({ sql: sqlOf(1), parameters: [`${name} ${row}`], hot: true, sqlOf })
}
const order = table('order')
const event = table('event')
const other = (sql: string): Statement => ({ sql, parameters: [], hot: true })

const saidBy = (units: readonly (readonly Statement[])[]) => joined(units).map(({ sql }) => sql)
