import { text } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { type Entity, entity, reference } from './entity.ts'
import type { Writer } from './writer.ts'

const Shelf = entity('shelves', 'shelf', { name: text({ max: 80 }) })
const Book = entity('books', 'book', { title: text(), shelf_id: reference(() => Shelf, { optional: true }) })
const Folder = entity('folders', 'folder', { parent_id: reference((): Entity => Folder, { optional: true }) })

describeEachEngine('a reference', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Shelf, Book, Folder] })
  })
  afterAll(() => database.close())
  const write = <T>(job: (db: Writer) => Promise<T>) => database.write(job)

  test('a reference must point at something', async () => {
    const dangling = () => write((db) => db.insert(Book, { title: 'lost', shelf_id: 'nowhere' }))
    const inBatch = () => write((db) => db.insertMany(Book, [{ title: 'a' }, { title: 'b', shelf_id: 'nowhere' }]))

    await expect(dangling()).rejects.toMatchObject({ code: 'reference_not_found', errors: [{ field: 'shelf_id' }] })
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

  test('a row may point at another of its own kind', async () => {
    const top = await write((db) => db.insert(Folder, {}))
    const below = await write((db) => db.insert(Folder, { parent_id: top.id }))
    await write((db) => db.insert(Folder, { parent_id: below.id }))

    await expect(write((db) => db.delete(Folder, top))).rejects.toMatchObject({ code: 'has_dependents' })
    await write((db) => db.delete(Folder, top, { force: true }))

    expect(await database.reader.count(Folder)).toBe(0)
  })
})
