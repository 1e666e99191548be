import { integer, text } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type Database } from './database.ts'
import type { Connection, Engine, TransactionOptions } from './engine.ts'
import { entity } from './entity.ts'

const Part = entity('parts', 'part', { name: text({ max: 20, unique: true }), size: integer({ default: 1 }) })

describeEachEngine('a unit of one statement', (engine) => {
  let opened: Database
  let database: Database
  let transactions: unknown[] = []
  beforeAll(async () => {
    opened = await openEntities(await engine.createUrl(), { entities: [Part] })
    database = createDatabase({
      engine: watched(opened.engine, (single) => transactions.push(single)),
      entities: [Part],
    })
  })
  afterAll(() => opened.close())

  test('writes its row', async () => {
    const part = await database.write((db) => db.insert(Part, { name: 'alone' }), { single: true })

    expect(await database.reader.get(Part, part.id)).toEqual(part)
  })

  test('says which value is taken', async () => {
    const twice = () => database.write((db) => db.insert(Part, { name: 'taken' }), { single: true })
    await twice()

    await expect(twice()).rejects.toMatchObject({ code: 'already_exists', errors: [{ field: 'name' }] })
  })

  test('writes many rows or none, and a second unit says which row was refused', async () => {
    const names = (...given: readonly string[]) => given.map((name) => ({ name }))
    const insert = (rows: readonly { readonly name: string }[]) =>
      database.write((db) => db.insertMany(Part, rows), { single: true })
    await insert(names('a', 'b'))
    transactions = []

    await expect(insert(names('c', 'd', 'a', 'e'))).rejects.toMatchObject({
      code: 'already_exists',
      errors: [{ field: '[2].name' }],
    })

    expect(transactions).toEqual(engine.name === 'sqlite' ? [true] : [true, false])
    expect((await insert(names('c', 'd', 'e'))).length).toBe(3)
  })
})

function watched(engine: Engine, tell: (single?: boolean) => void): Engine {
  return {
    ...engine,
    transaction<T>(job: (connection: Connection) => Promise<T>, options: TransactionOptions = {}) {
      tell(options.single)
      return engine.transaction(job, options)
    },
  }
}
