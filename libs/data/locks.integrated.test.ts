import { setTimeout as sleep } from 'node:timers/promises'
import { text } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { entity } from './entity.ts'
import { lockTable } from './locks.ts'
import { type Selects, sql } from './query.ts'
import type { Writer } from './writer.ts'

const Name = entity('names', 'name', { spelling: text({ max: 40 }) })
type Tables = { readonly names: { readonly spelling: string } }

describeEachEngine('a locked key', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Name], tables: [lockTable] })
  })
  afterAll(() => database.close())

  const makeUnlessThere = async (db: Writer, spelling: string) => {
    const found = await db.query((query: Selects<Tables>) =>
      query.selectFrom('names').select('spelling').where('spelling', '=', spelling),
    )
    await sleep(2)
    if (found.length === 0) await db.insert(Name, { spelling })
  }
  const countOf = (spelling: string) => database.reader.count(Name, sql`spelling = ${spelling}`)

  test('lets one of many make what is not there', async () => {
    const makers = Array.from({ length: 20 }, () =>
      database.write(async (db) => {
        await db.lockKeys(['name/Ada'])
        await makeUnlessThere(db, 'Ada')
      }),
    )

    await Promise.all(makers)

    expect(await countOf('Ada')).toBe(1)
  })

  test('may be one of several, wanted in any order', async () => {
    const names = ['Bob', 'Cleo', 'Dan', 'Eve']
    const makers = Array.from({ length: 20 }, (_, turn) =>
      database.write(async (db) => {
        const wanted = turn % 2 ? names : names.toReversed()
        await db.lockKeys(wanted)
        for (const name of wanted) await makeUnlessThere(db, name)
      }),
    )

    await Promise.all(makers)

    expect(await Promise.all(names.map(countOf))).toEqual([1, 1, 1, 1])
  })

  test('is free again when its unit is undone', async () => {
    const undone = database.write(async (db) => {
      await db.lockKeys(['name/Fay'])
      throw new Error('Changed our mind.')
    })
    await expect(undone).rejects.toThrow('Changed our mind.')

    await database.write((db) => db.lockKeys(['name/Fay']))
  })
})

describeEachEngine('a held row', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Name], tables: [lockTable] })
  })
  afterAll(() => database.close())

  const insert = (spelling: string) => database.write((db) => db.insert(Name, { spelling }))
  const hold = (db: Writer, spelling: string) =>
    db.hold((query: Selects<Tables>) => query.selectFrom('names').select('spelling').where('spelling', '=', spelling))
  const remove = async (db: Writer, id: string) => db.delete(Name, await db.getForUpdate(Name, id))

  test('is there until the unit ends', async () => {
    const { id } = await insert('Gus')
    const told: string[] = []
    const holding = Promise.withResolvers<void>()

    const holder = database.write(async (db) => {
      await hold(db, 'Gus')
      holding.resolve()
      await sleep(100)
      told.push('held')
    })
    await holding.promise
    const deleter = database.write((db) => remove(db, id)).then(() => told.push('deleted'))
    await Promise.all([holder, deleter])

    expect(told).toEqual(['held', 'deleted'])
  })

  test('that goes while it is waited for is not answered', async () => {
    const { id } = await insert('Hal')
    const deleting = Promise.withResolvers<void>()

    const deleter = database.write(async (db) => {
      await remove(db, id)
      deleting.resolve()
      await sleep(100)
    })
    await deleting.promise
    const held = await database.write((db) => hold(db, 'Hal'))
    await deleter

    expect(held).toEqual([])
  })

  if (engine.name !== 'sqlite') {
    test('may be held by many at once', async () => {
      await insert('Ida')
      const both = Promise.withResolvers<void>()
      let holders = 0

      const hands = [1, 2].map(() =>
        database.write(async (db) => {
          await hold(db, 'Ida')
          holders += 1
          if (holders === 2) both.resolve()
          await both.promise
        }),
      )

      await Promise.all(hands)
    })
  }
})
