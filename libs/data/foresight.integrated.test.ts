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
        await database.write(async (db) => foreseen?.write(db))

        expect(before.filter((row) => row !== undefined)).toEqual([])
        expect(rows).toHaveLength(bodies.length)
        expect(await database.reader.findMany(Part, ids)).toEqual(rows)
      }),
      { numRuns: 30 },
    )
  })

  test('keeps the columns that are derived', async () => {
    const foreseen = await database.foresee((db) => db.insertMany(Part, [{ name: 'COG' }, { name: 'Wheel' }]))
    await database.write(async (db) => foreseen?.write(db))

    const found = await database.reader.query((query: Selects<{ parts: { folded: string } }>) =>
      query.selectFrom('parts').select('folded').where('folded', 'in', ['cog', 'wheel']).orderBy('folded'),
    )
    expect(found.map(({ folded }) => folded)).toEqual(['cog', 'wheel'])
  })

  test('is one statement if it inserts one row, and on PostgreSQL however many', async () => {
    const names = (count: number) => Array.from({ length: count }, () => ({ name: 'n' }))
    const isSingle = async (job: (db: Writer) => Promise<unknown>) => (await database.foresee(job))?.isSingle

    expect(await isSingle((db) => db.insert(Part, { name: 'n' }))).toBe(true)
    expect(await isSingle((db) => db.insertMany(Part, names(1_000)))).toBe(engine.name === 'postgres')
    expect(await isSingle(async () => 'nothing')).toBe(false)
    expect(
      await isSingle(async (db) => {
        await db.insert(Part, { name: 'n' })
        return db.insert(Part, { name: 'n' })
      }),
    ).toBe(false)
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

  test('is the unit’s own business once a row is refused', async () => {
    const { id } = await database.write((db) => db.insert(Part, { name: 'first' }))
    const job = (db: Writer) => db.insertMany(Part, [{ name: 'second' }, { id, name: 'third' }])
    const foreseen = await database.foresee(job)
    const tries: boolean[] = []

    const unit = database.write(
      async (db) => {
        tries.push(db.isOptimistic)
        await (db.isOptimistic ? foreseen?.write(db) : job(db))
      },
      { single: true },
    )

    await expect(unit).rejects.toMatchObject({ code: 'already_exists', errors: [{ field: '[1].id' }] })
    expect(tries).toEqual([true, false])
  })

  test('tells of the commit, if it was written', async () => {
    const told: string[] = []
    const foreseen = await database.foresee(async (db) => {
      db.afterCommit(() => told.push('committed'))
      return db.insert(Part, { name: 'n' })
    })
    const before = [...told]
    await database.write(async (db) => foreseen?.write(db))

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
