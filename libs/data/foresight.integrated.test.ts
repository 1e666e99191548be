import { array, boolean, createManualClock, date, integer, number, object, text, timestamp } from '@mainspring/core'
import { arbitraryOf, describeEachEngine, openEntities } from '@mainspring/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { entity } from './entity.ts'
import type { Kysely, Selects } from './query.ts'
import type { Writer } from './writer.ts'

const Part = entity(
  'parts',
  'part',
  {
    name: text({ max: 40 }),
    size: integer({ default: 1 }),
    weight: number({ optional: true }),
    is_used: boolean({ default: false }),
    made: date({ optional: true }),
    sold_time: timestamp({ optional: true }),
    marks: object({ at: array(integer()), note: text({ optional: true }) }, { optional: true }),
  },
  { derived: { folded: { field: text({ max: 80 }), of: ['name'], from: ({ name }) => name.toLowerCase() } } },
)

interface Tables {
  readonly parts: { readonly id: string; readonly name: string }
}

describeEachEngine('a job that is foreseen', (engine) => {
  const clock = createManualClock('2026-11-20T12:00:00.123Z')
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Part], clock })
  })
  afterAll(() => database.close())

  test('writes nothing until it is written, and then what it answered', async () => {
    const parts = fc.array(arbitraryOf(Part), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(parts, async (bodies) => {
        const foreseen = await database.foresee((db) => db.insertMany(Part, bodies))
        const rows = foreseen?.value ?? []
        const ids = rows.map(({ id }) => id)
        const before = await database.reader.findMany(Part, ids)
        await foreseen?.commit()

        expect(before.filter((row) => row !== undefined)).toEqual([])
        expect(rows).toHaveLength(bodies.length)
        expect(await database.reader.findMany(Part, ids)).toEqual(rows)
      }),
      { numRuns: 30 },
    )
  })

  test('is written beside others as it was foreseen', async () => {
    const parts = fc.array(arbitraryOf(Part), { minLength: 2, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(parts, async (bodies) => {
        const foreseen = await Promise.all(bodies.map((body) => database.foresee((db) => db.insert(Part, body))))
        await Promise.all(foreseen.map((each) => each?.commit()))
        const rows = foreseen.flatMap((each) => each?.value ?? [])

        expect(rows).toHaveLength(bodies.length)
        expect(
          await database.reader.findMany(
            Part,
            rows.map(({ id }) => id),
          ),
        ).toEqual(rows)
      }),
      { numRuns: 20 },
    )
  })

  test('keeps the columns that are derived', async () => {
    const foreseen = await database.foresee((db) => db.insertMany(Part, [{ name: 'COG' }, { name: 'Wheel' }]))
    await foreseen?.commit()

    const found = await database.reader.query((query: Selects<{ parts: { folded: string } }>) =>
      query.selectFrom('parts').select('folded').where('folded', 'in', ['cog', 'wheel']).orderBy('folded'),
    )
    expect(found.map(({ folded }) => folded)).toEqual(['cog', 'wheel'])
  })

  test('writes all its rows or none, and is foreseen again to no avail', async () => {
    const { id } = await database.write((db) => db.insert(Part, { name: 'there' }))
    const foreseen = await database.foresee(async (db) => {
      const part = await db.insert(Part, { name: 'first of several' })
      await db.insert(Part, { name: 'second of several', id })
      return part.id
    })

    const outcomes = [await foreseen?.commit(), await foreseen?.commit()]

    expect(outcomes).toEqual([false, false])
    expect(await database.reader.find(Part, String(foreseen?.value))).toBeUndefined()
  })

  test('does without the database if it writes nothing', async () => {
    const foreseen = await database.foresee(async () => 'nothing')

    expect([foreseen?.value, await foreseen?.commit()]).toEqual(['nothing', true])
  })

  test.each<[string, (db: Writer) => Promise<unknown>]>([
    ['a row', (db) => db.find(Part, 'x')],
    ['a lock', (db) => db.findManyForUpdate(Part, ['x'])],
    ['a query', (db) => db.query((query: Selects<Tables>) => query.selectFrom('parts').selectAll())],
    ['a statement', (db) => db.execute((query: Kysely<Tables>) => query.deleteFrom('parts').where('id', '=', 'x'))],
    ['a change', async (db) => db.update(Part, await db.insert(Part, { name: 'n' }), { size: 2 })],
    ['a row at its end', async (db) => db.beforeCommit(async () => void (await db.find(Part, 'x')))],
  ])('cannot be, if it asks for %s, whether it minds or not', async (_, job) => {
    const careless = (db: Writer) => job(db).catch(() => 'never mind')

    expect(await database.foresee(job)).toBeUndefined()
    expect(await database.foresee(careless)).toBeUndefined()
  })

  test('cannot be, if it throws', async () => {
    expect(await database.foresee((db) => db.insert(Part, { name: 'n'.repeat(41) }))).toBeUndefined()
  })

  test('tells of the commit, once it was written', async () => {
    const told: string[] = []
    const foreseen = await database.foresee(async (db) => {
      db.afterCommit(() => told.push('committed'))
      return db.insert(Part, { name: 'n' })
    })
    const before = [...told]
    await foreseen?.commit()

    expect([before, told]).toEqual([[], ['committed']])
  })

  test('holds what it inserts', async () => {
    const foreseen = await database.foresee(async (db) => db.holds((await db.insert(Part, { name: 'n' })).path))

    expect(foreseen?.value).toBe(true)
  })

  test('leaves a handle that throws', async () => {
    const foreseen = await database.foresee(async (db) => db)

    await expect(foreseen?.value.insert(Part, { name: 'late' })).rejects.toThrow()
  })
})
