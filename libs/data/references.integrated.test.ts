import { text } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { type Entity, entity, reference } from './entity.ts'
import type { Writer } from './writer.ts'

const Shelf = entity('shelves', 'shelf', { name: text({ max: 80 }) })
const Book = entity('books', 'book', { title: text(), shelf_id: reference(() => Shelf, { optional: true }) })
const Loan = entity('loans', 'loan', {
  taken_from: reference(() => Shelf),
  put_back_on: reference(() => Shelf, { optional: true }),
})
const Folder = entity('folders', 'folder', { parent_id: reference((): Entity => Folder, { optional: true }) })

describeEachEngine('a reference', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Shelf, Book, Loan, Folder] })
  })
  afterAll(() => database.close())
  const write = <T>(job: (db: Writer) => Promise<T>) => database.write(job)

  test('a reference must point at something', async () => {
    const dangling = () => write((db) => db.insert(Book, { title: 'lost', shelf_id: 'nowhere' }))
    const inBatch = () => write((db) => db.insertMany(Book, [{ title: 'a' }, { title: 'b', shelf_id: 'nowhere' }]))

    const errors = [{ field: 'shelf_id', detail: 'There is no shelf with the id nowhere.' }]
    await expect(dangling()).rejects.toMatchObject({ code: 'reference_not_found', errors })
    await expect(inBatch()).rejects.toMatchObject({ code: 'reference_not_found', errors: [{ field: '[1].shelf_id' }] })
  })

  test('what others depend on stays, unless they go with it', async () => {
    const shelf = await write((db) => db.insert(Shelf, { name: 'Full' }))
    const books = Array.from({ length: 3 }, (_, index) => ({ title: `Shelved ${index}`, shelf_id: shelf.id }))
    const rows = await write((db) => db.insertMany(Book, books))

    await expect(write((db) => db.delete(Shelf, shelf))).rejects.toMatchObject({
      code: 'has_dependents',
      members: { dependents: 3 },
    })
    await write((db) => db.delete(Shelf, shelf, { force: true }))

    expect(await database.reader.find(Shelf, shelf.id)).toBeUndefined()
    expect(
      await database.reader.findMany(
        Book,
        rows.map(({ id }) => id),
      ),
    ).toEqual([undefined, undefined, undefined])
  })

  test('a row that points at another twice depends on it once', async () => {
    const [from, to] = await write((db) => db.insertMany(Shelf, [{ name: 'From' }, { name: 'To' }]))
    if (!from || !to) throw new Error('Two shelves were made.')
    const loans = [from, to].map(({ id }) => ({ taken_from: from.id, put_back_on: id }))
    await write((db) => db.insertMany(Loan, loans))

    await expect(write((db) => db.delete(Shelf, from))).rejects.toMatchObject({ members: { dependents: 2 } })
    await write((db) => db.delete(Shelf, from, { force: true }))

    expect(await database.reader.find(Shelf, from.id)).toBeUndefined()
    expect(await database.reader.find(Shelf, to.id)).toEqual(to)
  })

  test('of rows that depend on each other none can go, even by force', async () => {
    const above = await write((db) => db.insert(Folder, {}))
    const below = await write((db) => db.insert(Folder, { parent_id: above.id }))
    const round = await write((db) => db.update(Folder, above, { parent_id: below.id }))

    const forced = write((db) => db.delete(Folder, round, { force: true }))

    await expect(forced).rejects.toMatchObject({ code: 'has_dependents' })
    await write((db) => db.update(Folder, round, { parent_id: null }))
    await write((db) => db.delete(Folder, below))
  })

  test('a row may point at another of its own kind', async () => {
    const top = await write((db) => db.insert(Folder, {}))
    const below = await write((db) => db.insert(Folder, { parent_id: top.id }))
    await write((db) => db.insert(Folder, { parent_id: below.id }))

    await expect(write((db) => db.delete(Folder, top))).rejects.toMatchObject({ code: 'has_dependents' })
    await write((db) => db.delete(Folder, top, { force: true }))

    expect(await database.reader.findMany(Folder, [top.id, below.id])).toEqual([undefined, undefined])
  })
})
