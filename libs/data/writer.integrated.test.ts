import {
  array,
  boolean,
  createManualClock,
  date,
  type FieldError,
  integer,
  number,
  object,
  oneOf,
  text,
  timestamp,
} from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { entity, etagOf, type Row, reference, VERSION } from './entity.ts'
import type { AnyTables, Kysely, Selects } from './query.ts'
import { type TablesOf, table } from './table.ts'
import type { Writer } from './writer.ts'

const Shelf = entity('shelves', 'shelf', { name: text({ max: 80, unique: true }) })
const Mark = table('marks', { id: text({ max: 9 }), owner: text({ max: 9 }) }, { primary_key: ['id'] })
const Book = entity(
  'books',
  'book',
  {
    title: text({ min: 1, max: 200, order: true }),
    pages: integer({ min: 1, default: 1, order: true }),
    price: number({ optional: true }),
    is_lent: boolean({ default: false }),
    published: date({ optional: true }),
    read_time: timestamp({ optional: true }),
    state: oneOf(['NEW', 'OLD'], { output_only: true, default: 'NEW' }),
    marks: object({ at: array(integer()), note: text({ optional: true }) }, { optional: true }),
    shelf_id: reference(() => Shelf, { optional: true }),
  },
  {
    check: ({ title }) =>
      title === 'forbidden' ? [{ field: 'title', code: 'forbidden', detail: 'Not this one.' }] : [],
  },
)
type Book = Row<typeof Book>

describeEachEngine('a unit of work', (engine) => {
  const clock = createManualClock('2026-11-20T12:00:00.123Z')
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Shelf, Book], tables: [Mark], clock })
  })
  afterAll(() => database.close())
  const write = <T>(job: (db: Writer) => Promise<T>) => database.write(job)
  const read = (id: string) => database.reader.find(Book, id)

  test('a row comes back as it was written, every kind of value', async () => {
    const values = {
      title: 'Ünïcode 😀 \\ \' " ` % _ trailing ',
      pages: Number.MAX_SAFE_INTEGER,
      price: 0.1 + 0.2,
      is_lent: true,
      published: '2024-02-29',
      read_time: '2026-11-20T14:00:00.5+02:00',
      state: 'OLD',
      marks: { at: [3, 1, 2], note: null },
    } as const

    const written = await write((db) => db.insert(Book, values))

    expect(written).toMatchObject({
      ...values,
      read_time: '2026-11-20T12:00:00.500Z',
      create_time: '2026-11-20T12:00:00.123Z',
    })
    expect(written.path).toBe(`books/${written.id}`)
    expect(await read(written.id)).toEqual(written)
  })

  test('absent values are the default or null', async () => {
    const written = await write((db) => db.insert(Book, { title: 'plain' }))

    expect(written).toMatchObject({ pages: 1, price: null, is_lent: false, state: 'NEW', marks: null, shelf_id: null })
    expect(await read(written.id)).toEqual(written)
  })

  test('extreme numbers keep their value', async () => {
    for (const price of [5e-324, -1.7976931348623157e308, 1e21, 123456789.12345679, -0]) {
      const { id } = await write((db) => db.insert(Book, { title: 'number', price }))
      expect((await read(id))?.price).toBe(price === 0 ? 0 : price)
    }
  })

  test('a number is the same whichever statement reads it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 }),
        async (prices) => {
          const rows = await write((db) =>
            db.insertMany(
              Book,
              prices.map((price) => ({ title: 'number', price })),
            ),
          )

          const many = await database.reader.findMany(
            Book,
            rows.map(({ id }) => id),
          )
          expect(many.map((row) => row?.price)).toEqual(rows.map(({ price }) => price))
        },
      ),
      { examples: [[[90.15599474616347, 957.6716950826283]]], numRuns: 20 },
    )
  })

  test('an update changes what it names, raises the version and the time', async () => {
    const before = await write((db) => db.insert(Book, { title: 'before', pages: 7 }))
    clock.advance(5)

    const after = await write((db) => db.update(Book, before, { title: 'after' }))

    expect(after).toMatchObject({ title: 'after', pages: 7, create_time: before.create_time })
    expect(after.update_time > before.update_time).toBe(true)
    expect(etagOf(after)).not.toBe(etagOf(before))
    expect(await read(before.id)).toEqual(after)
  })

  test('a row that was written since it was read is not written over', async () => {
    const row = await write((db) => db.insert(Book, { title: 'stale' }))
    await write((db) => db.update(Book, row, { title: 'newer' }))

    await expect(write((db) => db.update(Book, row, { title: 'lost' }))).rejects.toMatchObject({
      code: 'etag_mismatch',
    })
    await expect(write((db) => db.delete(Book, row))).rejects.toMatchObject({ code: 'etag_mismatch' })
    expect((await read(row.id))?.title).toBe('newer')
  })

  test('nor is a row that is held, from before it was', async () => {
    const row = await write((db) => db.insert(Book, { title: 'stale' }))
    await write((db) => db.update(Book, row, { title: 'newer' }))

    const late = write(async (db) => {
      await db.getForUpdate(Book, row.id)
      await db.update(Book, row, { title: 'lost' })
    })

    await expect(late).rejects.toMatchObject({ code: 'etag_mismatch' })
    expect((await read(row.id))?.title).toBe('newer')
  })

  test('of writers that hold one version exactly one wins', async () => {
    const row = await write((db) => db.insert(Book, { title: 'race' }))

    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => write((db) => db.update(Book, row, { pages: index + 2 }))),
    )

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('a locked row makes writers take turns, so that no count is lost', async () => {
    const { id } = await write((db) => db.insert(Book, { title: 'count', pages: 1 }))
    const raise = async (db: Writer) => {
      const row = await db.findForUpdate(Book, id)
      if (row) await db.update(Book, row, { pages: row.pages + 1 })
    }

    await Promise.all(Array.from({ length: 50 }, () => write(raise)))

    expect((await read(id))?.pages).toBe(51)
  })

  test('a unit that throws leaves nothing behind, and its neighbours are not touched', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        write(async (db) => {
          const row = await db.insert(Book, { title: `neighbour ${index}` })
          if (index % 3 === 0) throw new Error('changed my mind')
          return row.id
        }),
      ),
    )

    const written = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    const rows = await database.reader.findMany(Book, written)
    expect(written).toHaveLength(20)
    expect(rows.every((row) => row !== undefined)).toBe(true)
    const kept = await database.reader.query((query: Selects<TablesOf<[typeof Book]>>) =>
      query.selectFrom('books').select('id').where('title', 'like', 'neighbour%'),
    )
    expect(kept).toHaveLength(20)
  })

  test('a reader sees nothing of a unit that is still open', async () => {
    const before = await database.reader.count(Book)

    const during = await write(async (db) => {
      await db.insert(Book, { title: 'not yet' })
      return database.reader.count(Book)
    })

    expect(during).toBe(before)
    expect(await database.reader.count(Book)).toBe(before + 1)
  })

  test('a plain row is written once per key, and no other mistake passes for a taken key', async () => {
    const mark = (owner: unknown) => write((db) => db.insertUnlessThere(Mark, Object({ id: 'one', owner })))

    await expect(mark(null)).rejects.toMatchObject({ name: 'DatabaseFault' })
    expect([await mark('me'), await mark('you')]).toEqual([true, false])
    expect(await database.reader.query((query: Selects<AnyTables>) => query.selectFrom('marks').selectAll())).toEqual([
      { id: 'one', owner: 'me' },
    ])
  })

  test('a reader only selects', async () => {
    const { id } = await write((db) => db.insert(Shelf, { name: 'Untouched' }))

    const plain = () => database.reader.query(() => database.builder.deleteFrom('shelves').where('id', '=', id))
    const sneaky = () =>
      database.reader.query((query: Selects<AnyTables>) =>
        query
          .with('gone', (inner) => inner.deleteFrom('shelves').where('id', '=', id).returning('id'))
          .selectFrom('gone')
          .selectAll(),
      )

    await expect(plain()).rejects.toThrow(/only selects/)
    await expect(sneaky()).rejects.toThrow(/only selects/)
    expect(await database.reader.find(Shelf, id)).toBeDefined()
  })

  test('a handle that outlives its unit throws', async () => {
    const kept = await write(async (db) => db)

    await expect(kept.insert(Book, { title: 'late' })).rejects.toThrow(/unit of work is over/)
    await expect(kept.find(Book, 'x')).rejects.toThrow(/unit of work is over/)
  })

  test('what waits for the end of the unit runs last, inside it', async () => {
    const order: string[] = []

    const failing = write(async (db) => {
      db.beforeCommit(async () => {
        order.push('last')
        throw new Error('no commit')
      })
      order.push('first')
      return db.insert(Book, { id: 'never-there', title: 'never' })
    })

    await expect(failing).rejects.toThrow('no commit')
    expect(order).toEqual(['first', 'last'])
    expect(await read('never-there')).toBeUndefined()
  })

  test('a taken id and a taken value say which field it is', async () => {
    await write((db) => db.insert(Shelf, { id: 'top', name: 'Top' }))

    const sameId = () => write((db) => db.insert(Shelf, { id: 'top', name: 'Other' }))
    const sameName = () => write((db) => db.insert(Shelf, { name: 'Top' }))

    await expect(sameId()).rejects.toMatchObject({ code: 'already_exists', errors: [{ field: 'id' }] })
    await expect(sameName()).rejects.toMatchObject({ code: 'already_exists', errors: [{ field: 'name' }] })
  })

  test('many rows are written, or none, and the error names the row', async () => {
    const many = Array.from({ length: 350 }, (_, index) => ({ id: `many-${index}`, title: `Many ${index}` }))

    const rows = await write((db) => db.insertMany(Book, many))
    const taken = () =>
      write((db) => db.insertMany(Book, [{ id: 'fresh', title: 'a' }, { title: 'b' }, { id: 'many-7', title: 'c' }]))
    const wrong = () => write((db) => db.insertMany(Book, [{ id: 'fresh', title: 'a' }, { title: 'forbidden' }]))

    expect(rows.map(({ id }) => id)).toEqual(many.map(({ id }) => id))
    await expect(taken()).rejects.toMatchObject({ code: 'already_exists', errors: [{ field: '[2].id' }] })
    await expect(wrong()).rejects.toMatchObject({ errors: [{ field: '[1].title', code: 'forbidden' }] })
    expect(await read('fresh')).toBeUndefined()
    expect(await database.reader.findMany(Book, ['many-349', 'nobody', 'many-0'])).toEqual([
      rows[349],
      undefined,
      rows[0],
    ])
  })

  test('a use case comes past the rules of no field', async () => {
    const wrong = {
      id: 'NOT/AN ID',
      title: '',
      pages: 0,
      published: '2026-02-30',
      read_time: 'now',
      marks: { at: [0.5], note: null },
    }

    const broken = write((db) => db.insert(Book, wrong))

    await expect(broken).rejects.toMatchObject({ code: 'invalid_request' })
    const { errors } = await broken.catch((error) => error)
    expect(errors.map(({ field }: FieldError) => field).toSorted()).toEqual([
      'id',
      'marks.at[0]',
      'pages',
      'published',
      'read_time',
      'title',
    ])
  })

  test('what comes past the kernel is kept by the database', async () => {
    const { id } = await write((db) => db.insert(Book, { title: 'kept' }))

    const broken = write((db) =>
      db.execute((query: Kysely<AnyTables>) => query.updateTable('books').set({ pages: 0 }).where('id', '=', id)),
    )

    await expect(broken).rejects.toMatchObject({ name: 'DatabaseFault', kind: 'check' })
  })

  test('a version from before a delete and re-create is stale', async () => {
    const first = await write((db) => db.insert(Book, { id: 'again', title: 'first' }))
    await write((db) => db.delete(Book, first))
    const second = await write((db) => db.insert(Book, { id: 'again', title: 'second' }))

    expect(second[VERSION]).not.toBe(first[VERSION])
    await expect(write((db) => db.update(Book, first, { title: 'third' }))).rejects.toMatchObject({
      code: 'etag_mismatch',
    })
  })

  test('units that lock rows in opposite order all succeed in the end', async () => {
    const [one, two] = await write((db) => db.insertMany(Book, [{ title: 'one' }, { title: 'two' }]))
    const touch = (ids: readonly (string | undefined)[]) =>
      write(async (db) => {
        for (const id of ids) {
          const row: Book | undefined = await db.findForUpdate(Book, id ?? '')
          if (row) await db.update(Book, row, { pages: row.pages + 1 })
        }
      })

    await Promise.all(
      Array.from({ length: 2 }, (_, index) => touch(index % 2 ? [one?.id, two?.id] : [two?.id, one?.id])),
    )

    expect((await read(one?.id ?? ''))?.pages).toBe(3)
    expect((await read(two?.id ?? ''))?.pages).toBe(3)
  })
})
