import { setTimeout as sleep } from 'node:timers/promises'
import { integer } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { entity } from './entity.ts'

const Price = entity('prices', 'price', { cents: integer() })

describeEachEngine('rows that are found for share', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Price] })
  })
  afterAll(() => database.close())

  const add = (...ids: readonly string[]) =>
    database.write((db) =>
      db.insertMany(
        Price,
        ids.map((id) => ({ id, cents: 100 })),
      ),
    )
  const raise = (...ids: readonly string[]) =>
    database.write(async (db) => {
      for (const row of (await db.findManyForUpdate(Price, ids)).values()) {
        await db.update(Price, row, { cents: row.cents + 1 })
      }
    })

  test('stay as they are until the unit ends, in whatever order many find and write them', async () => {
    await add('a', 'b')
    const look = async (ids: readonly string[]) =>
      database.write(async (db) => {
        const found = await db.findManyForShare(Price, ids, ['cents'])
        await sleep(2)
        return { found, later: await db.findManyForShare(Price, ids, ['cents']) }
      })

    const looks = Array.from({ length: 20 }, (_, turn) => {
      const ids = turn % 2 ? ['a', 'b'] : ['b', 'a']
      return turn % 3 ? look(ids) : raise(...ids)
    })

    for (const seen of await Promise.all(looks)) {
      if (!seen) continue
      expect(seen.later).toEqual(seen.found)
      expect(seen.found.get('a')?.cents).toBe(seen.found.get('b')?.cents)
    }
    expect((await database.reader.get(Price, 'a')).cents).toBe(107)
  })

  test('are each there once, however often and however many are asked for', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `p${index}`)
    await add(...ids)

    const found = await database.write((db) => db.findManyForShare(Price, [...ids, ...ids, 'nowhere'], ['cents']))
    const none = await database.write((db) => db.findManyForShare(Price, [], ['cents']))

    expect([...found.keys()].toSorted()).toEqual(ids.toSorted())
    expect(none.size).toBe(0)
  })

  // On SQLite no unit begins before the one before it has ended.
  test.skipIf(engine.name === 'sqlite')('may be found by others at the same time', async () => {
    await add('shared')
    const other = Promise.withResolvers<void>()

    const both = await Promise.all([
      database.write(async (db) => {
        const found = await db.findManyForShare(Price, ['shared'], ['cents'])
        await other.promise
        return found.size
      }),
      database.write(async (db) => {
        const found = await db.findManyForShare(Price, ['shared'], ['cents'])
        other.resolve()
        return found.size
      }),
    ])

    expect(both).toEqual([1, 1])
  })
})
