import { createLog, text } from '@mainspring/core'
import { type Database, entity, type Writer } from '@mainspring/data'
import type { Reply, Request } from '@mainspring/http'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteExpiredKeys, onceForKey } from './idempotency.ts'
import { resourceTables } from './tables.ts'

const Thing = entity('things', 'thing', { name: text({ max: 40 }) })
const DAY = 24 * 3_600_000
const AT_ONCE = 4
/** More than are deleted at once. */
const MANY = 2_500

describeEachEngine('an Idempotency-Key', (engine) => {
  let database: Database
  let now = Date.parse('2026-01-01T00:00:00Z')
  const clock = { now: () => now }
  beforeAll(async () => {
    const { tables } = resourceTables
    database = await openEntities(await engine.createUrl(), { entities: [Thing], tables, clock })
    await Promise.all(times(AT_ONCE, () => database.reader.count(Thing))) // they are connected
  })
  afterAll(() => database.close())

  test('whose time is over has one effect when many come with it at once', async () => {
    await makeUnder('old')
    const before = await database.reader.count(Thing)

    for (const _ of times(5, () => undefined)) {
      now += DAY
      await Promise.all(times(AT_ONCE, () => makeUnder('old')))
    }

    expect((await database.reader.count(Thing)) - before).toBe(5)
  })

  test('is deleted when its time is over, and not before', async () => {
    await deleteExpiredKeys(database, { now: () => now + DAY })
    const end = now
    await makeMany(MANY)
    await makeUnder('later')

    const deleted = []
    for (const time of [end - MANY - 1, end - 1]) {
      now = time + DAY
      deleted.push(await deleteExpiredKeys(database, clock))
    }

    expect(deleted).toEqual([0, MANY])
    expect(await makeUnder('later')).toMatchObject({ headers: { 'idempotency-replayed': 'true' } })
    expect(await makeUnder('many-0')).not.toHaveProperty('headers')
  })

  const makeUnder = (key: string): Promise<Reply> => database.write((db) => make(db, key))

  /** A millisecond apart, the last one before now. */
  async function makeMany(count: number): Promise<void> {
    const end = now
    await database.write(
      async (db) => {
        for (let index = 0; index < count; index++) {
          now = end - (count - index)
          await make(db, `many-${index}`)
        }
      },
      { alone: true },
    )
    now = end
  }

  const make = (db: Writer, key: string) =>
    onceForKey({ db, clock }, REQUEST, key, async () => {
      await db.insert(Thing, { name: key })
      return { status: 204 }
    })
})

const times = <T>(count: number, work: () => T): T[] => Array.from({ length: count }, work)

const REQUEST: Request = {
  id: 'r',
  method: 'POST',
  target: '/v1/things',
  path: '/v1/things',
  params: {},
  query: {},
  body: {},
  caller: 'somebody',
  header: () => undefined,
  log: createLog({ level: 'silent' }),
}
