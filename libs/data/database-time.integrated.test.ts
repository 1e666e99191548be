import { setTimeout as sleep } from 'node:timers/promises'
import { integer, timestamp } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { databaseTime } from './database-time.ts'
import { type Given, prepared } from './prepared.ts'
import { type Kysely, type Selects, sql } from './query.ts'
import { type TablesOf, table } from './table.ts'

const eggs = table('eggs', { number: integer(), done_time: timestamp() }, { primary_key: ['number'] })
type Tables = TablesOf<[typeof eggs]>

describeEachEngine('the time of the database', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [], tables: [eggs] })
  })
  afterAll(() => database.close())

  const boil = prepared((query: Kysely<Tables>, given: Given<{ number: number; milliseconds: number }>) =>
    query.insertInto('eggs').values({
      number: given('number'),
      done_time: databaseTime(engine.name, given('milliseconds')),
    }),
  )
  const doneEggs = prepared((query: Kysely<Tables>, given: Given<{ last: number }>) =>
    query
      .selectFrom('eggs')
      .select('number')
      .where('number', '<=', given('last'))
      .where('done_time', '<=', databaseTime(engine.name)),
  )

  test('is when it is stored what it is when it comes', async () => {
    await database.write((db) => db.executePrepared(boil, { number: 1, milliseconds: 300 }))
    await database.write((db) => db.executePrepared(boil, { number: 2, milliseconds: 60_000 }))
    const atOnce = await database.reader.queryPrepared(doneEggs, { last: 2 })

    await sleep(320)
    const later = await database.reader.queryPrepared(doneEggs, { last: 2 })

    expect(atOnce).toEqual([])
    expect(later).toEqual([{ number: 1 }])
  })

  test('is about that of this machine, to the millisecond', async () => {
    await database.write((db) => db.executePrepared(boil, { number: 3, milliseconds: 1_234 }))

    const [egg] = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('eggs').select('done_time').where('number', '=', 3),
    )

    const told = Date.parse(String(database.engine.decoder('timestamp')?.(egg?.done_time) ?? egg?.done_time))
    expect(Math.abs(told - 1_234 - Date.now())).toBeLessThan(1_000)
  })

  test('is not read by what writes', async () => {
    const clear = prepared((query: Kysely<Tables>) => query.deleteFrom('eggs').where(sql<boolean>`1 = 1`))

    const reading = database.reader.queryPrepared(clear, {})

    await expect(reading).rejects.toThrow('only selects')
  })

  if (engine.name !== 'mysql') {
    test('comes back with what was written', async () => {
      const remove = prepared((query: Kysely<Tables>, given: Given<{ number: number }>) =>
        query.deleteFrom('eggs').where('number', '=', given('number')).returning('number'),
      )
      await database.write((db) => db.executePrepared(boil, { number: 4, milliseconds: 0 }))

      const removed = await database.write((db) => db.returnPrepared(remove, { number: 4 }))

      expect(removed).toEqual([{ number: 4 }])
    })
  }
})
