import { integer, text } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import fc from 'fast-check'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { entity, type Row } from './entity.ts'
import { createPager, type OrderTerm, totalOrder } from './page.ts'
import { type AnyTables, type SqlBool, sql } from './query.ts'

const Item = entity('items', 'item', {
  rank: integer({ order: true }),
  size: integer({ optional: true, order: true }),
  name: text({ optional: true, max: 20, order: true }),
})
type Item = Row<typeof Item>
type Values = Pick<Item, 'rank' | 'size' | 'name'>

// Few values, so that there are ties; text in which code points, code units and collations disagree.
const values = fc.record({
  rank: fc.integer({ min: 0, max: 3 }),
  size: fc.option(fc.integer({ min: 0, max: 2 })),
  name: fc.option(fc.constantFrom('', 'a', 'B', 'b', 'ä', 'z', '\u{ffff}', '😀', 'a ')),
})
const order = fc
  .uniqueArray(fc.constantFrom('rank', 'size', 'name', 'create_time', 'id'), { maxLength: 3 })
  .chain((fields) =>
    fc.tuple(...fields.map((field) => fc.record({ field: fc.constant(field), descending: fc.boolean() }))),
  )
  .map(totalOrder)
/** What happens between two pages: rows come, and rows go. */
const change = fc.record({ come: fc.array(values, { maxLength: 3 }), go: fc.array(fc.nat(), { maxLength: 3 }) })

describeEachEngine('pages', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Item] })
  })
  afterAll(() => database.close())

  test('every row that stays is seen exactly once and in order, whatever comes and goes meanwhile', async () => {
    const scenario = fc.record({
      rows: fc.array(values, { maxLength: 30 }),
      order,
      limit: fc.integer({ min: 1, max: 7 }),
      changes: fc.array(change, { maxLength: 6 }),
    })

    await fc.assert(
      fc.asyncProperty(scenario, async ({ rows, order, limit, changes }) => {
        await clear()
        const staying = new Map((await insert(rows)).map((row) => [row.id, row]))

        const seen = await walk(order, limit, async (page) => {
          const { come = [], go = [] } = changes[page] ?? {}
          await insert(come)
          await remove(
            go.map((index) => [...staying.keys()][index % Math.max(1, staying.size)]),
            staying,
          )
        })

        const kept = seen.filter(({ id }) => staying.has(id))
        expect(kept.map(({ id }) => id).sort()).toEqual([...staying.keys()].sort())
        expect(kept.map(({ id }) => id)).toEqual([...kept].sort(by(order)).map(({ id }) => id))
        expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
      }),
      { numRuns: engine.name === 'sqlite' ? 200 : 60 },
    )
  })

  test('skip passes over rows, from the start and from a boundary', async () => {
    await clear()
    const rows = await insert(Array.from({ length: 10 }, (_, rank) => ({ rank, size: null, name: null })))
    const order = totalOrder([{ field: 'rank', descending: false }])

    const fromStart = await database.reader.page(Item, { order, limit: 3, skip: 4 })
    const fromBoundary = await database.reader.page(Item, { order, limit: 3, skip: 2, after: [2, rows[2]?.id] })

    expect(fromStart.rows.map(({ rank }) => rank)).toEqual([4, 5, 6])
    expect(fromBoundary.rows.map(({ rank }) => rank)).toEqual([5, 6, 7])
  })

  test('a page says whether there is more behind it', async () => {
    await clear()
    await insert(Array.from({ length: 4 }, (_, rank) => ({ rank, size: null, name: null })))
    const order = totalOrder([])

    expect((await database.reader.page(Item, { order, limit: 3 })).more).toBe(true)
    expect((await database.reader.page(Item, { order, limit: 4 })).more).toBe(false)
  })

  test('what was compiled for one page serves all of its shape', async () => {
    await clear()
    await insert([1, 2, 3, 3].map((rank) => ({ rank, size: null, name: null })))
    const order = totalOrder([{ field: 'rank', descending: false }])
    const atLeast = (rank: number) => ({
      shape: 'rank >=',
      values: [rank],
      expression: () => sql<SqlBool>`rank >= ${rank}`,
    })

    const pages = [2, 3, 4, 1].map((rank) => database.reader.page(Item, { order, limit: 9, where: atLeast(rank) }))

    expect((await Promise.all(pages)).map(({ rows }) => rows.length)).toEqual([3, 2, 0, 4])
  })

  test('a page after null is of another shape than one after a value of a field whose name ends like it', () => {
    const Sized = entity('sized', 'sized', {
      size: integer({ optional: true, order: true }),
      size0: integer({ optional: true, order: true }),
    })
    const pager = createPager(database.engine, database.builder, Sized)
    const after = (field: string, value: number | null) =>
      pager({ order: totalOrder([{ field, descending: false }]), limit: 1, after: [value, 'a'] }).sql

    const statements = [after('size', null), after('size0', 1), after('size', 1), after('size0', null)]

    expect(new Set(statements).size).toBe(4)
  })

  test('whatever clients ask for, few statements are prepared', () => {
    const pager = createPager(database.engine, database.builder, Item)
    const order = totalOrder([{ field: 'rank', descending: true }])
    const like = (shape: string) => ({ shape, values: [1], expression: () => sql<SqlBool>`rank = ${1}` })

    const once = Array.from({ length: 600 }, (_, index) => pager({ order, limit: 1, where: like(`once ${index}`) }))
    const often = Array.from({ length: 5 }, () => pager({ order, limit: 1 }))
    const attack = Array.from({ length: 2_000 }, (_, index) =>
      pager({ order, limit: 1, where: like(`attack ${Math.floor(index / 4)}`) }),
    )

    expect(once.some(({ hot }) => hot)).toBe(false)
    expect(often.map(({ hot }) => hot)).toEqual([false, false, true, true, true])
    expect(attack.filter(({ hot }) => hot).length).toBeLessThan(2 * 200)
    expect(pager({ order, limit: 1 }).hot).toBe(true)
  })

  const clear = () => database.write((db) => db.execute((query: Kysely<AnyTables>) => query.deleteFrom('items')))
  const insert = (rows: readonly Values[]) => database.write((db) => db.insertMany(Item, rows))

  async function remove(ids: readonly (string | undefined)[], staying: Map<string, Item>): Promise<void> {
    for (const id of ids) {
      if (id === undefined || !staying.delete(id)) continue
      await database.write(async (db) => db.delete(Item, await db.get(Item, id)))
    }
  }

  async function walk(
    order: readonly OrderTerm[],
    limit: number,
    between: (page: number) => Promise<void>,
  ): Promise<Item[]> {
    const seen: Item[] = []
    let after: readonly unknown[] | undefined
    for (let number = 0; ; number++) {
      const { rows, more } = await database.reader.page(Item, { order, limit, after })
      seen.push(...rows)
      const last = rows.at(-1)
      if (!more || !last) return seen
      after = order.map(({ field }): unknown => Reflect.get(last, field))
      await between(number)
    }
  }
})

/** The order as the interface promises it: null smallest, text by code point. */
function by(order: readonly OrderTerm[]): (a: Item, b: Item) => number {
  return (a, b) => {
    for (const { field, descending } of order) {
      const difference = compare(Reflect.get(a, field), Reflect.get(b, field))
      if (difference !== 0) return descending ? -difference : difference
    }
    return 0
  }
}

function compare(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}
