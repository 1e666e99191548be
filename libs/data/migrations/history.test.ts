import { expect, test } from 'vitest'
import { compareHistory, type Mark } from './history.ts'
import { checksumOf, type Migration } from './migration-file.ts'

const migration = (file: string, ...statements: readonly string[]): Migration => ({
  set: 'snacks',
  file,
  statements: statements.map((sql) => ({ step: '', sql })),
})

const markOf = ({ set, file, statements }: Migration, done = statements.length): Mark => ({
  set,
  file,
  checksum: checksumOf(statements.slice(0, done)),
  statements_done: done,
  finish_time: done === statements.length ? '2026-11-20T22:28:00.000Z' : null,
})

const first = migration('0001_start.sql', 'create table pizzas (id text)')
const second = migration('0002_more.sql', 'drop table pizzas', 'create table cakes (id text)')

test('what is applied is told from what is not', () => {
  const history = compareHistory([first, second], [markOf(first)])

  expect(history).toEqual([
    { migration: first, mark: markOf(first) },
    { migration: second, mark: undefined },
  ])
})

test('an applied file that has changed is named', () => {
  const changed = migration(first.file, 'create table pizzas (id integer)')
  const longer = migration(first.file, 'create table pizzas (id text)', 'drop table pizzas')

  for (const file of [changed, longer]) {
    expect(() => compareHistory([file], [markOf(first)])).toThrow('The migration snacks/0001_start.sql has changed')
  }
})

test('a file that stopped halfway may change in what is not done', () => {
  const mended = migration(second.file, 'drop table pizzas', 'create table sweets (id text)')
  const spoilt = migration(second.file, 'drop table cakes', 'create table sweets (id text)')

  expect(compareHistory([first, mended], [markOf(first), markOf(second, 1)])).toHaveLength(2)
  expect(() => compareHistory([first, spoilt], [markOf(first), markOf(second, 1)])).toThrow(
    'snacks/0002_more.sql has changed',
  )
})

test('an applied file that is missing is named', () => {
  expect(() => compareHistory([second], [markOf(first), markOf(second)])).toThrow(
    'The migration snacks/0001_start.sql is applied in the database, but its file is missing.',
  )
})

test('a database that is ahead of the code is called so', () => {
  expect(() => compareHistory([first], [markOf(first), markOf(second)])).toThrow(
    'The database is newer than this code: the migration snacks/0002_more.sql is applied there, and unknown here.',
  )
})

test('a file that comes in before an applied one is refused', () => {
  expect(() => compareHistory([first, second], [markOf(second)])).toThrow(
    'The migration snacks/0001_start.sql comes too late: snacks/0002_more.sql is applied already.',
  )
})

test('the history of another set is its own affair', () => {
  const other: Mark = { ...markOf(second), set: 'notices' }

  expect(compareHistory([first], [other])).toEqual([{ migration: first, mark: undefined }])
})
