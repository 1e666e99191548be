import { setTimeout } from 'node:timers/promises'
import { type AppError, text } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { entity } from './entity.ts'
import { sql } from './query.ts'

const Word = entity('words', 'word', { spelling: text({ max: 40 }) })

describeEachEngine('a unit of work', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Word] })
  })
  afterAll(() => database.close())
  const make = (spelling: string) => database.write((db) => db.insert(Word, { spelling }))

  test('holds what it wrote or locked, and knows what it made', async () => {
    const [locked, listed, changed, gone, read] = await Promise.all(
      ['locked', 'listed', 'changed', 'gone', 'read'].map(make),
    )
    if (!locked || !listed || !changed || !gone || !read) throw new Error('Five words were made.')

    const known = await database.write(async (db) => {
      await db.getForUpdate(Word, locked.id)
      await db.findManyForUpdate(Word, [listed.id])
      await db.update(Word, changed, { spelling: 'new' })
      await db.delete(Word, gone)
      await db.get(Word, read.id)
      const made = await db.insert(Word, { spelling: 'made' })
      const many = await db.insertMany(Word, [{ spelling: 'one' }, { spelling: 'two' }])
      const rows = [locked, listed, changed, gone, made, ...many, read, { path: 'words/nobody' }]
      return { held: rows.map(({ path }) => db.holds(path)), made: rows.map(({ path }) => db.made(path)) }
    })

    expect(known).toEqual({
      held: [true, true, true, true, true, true, true, false, false],
      made: [false, false, false, false, true, true, true, false, false],
    })
  })

  test('fails with what was refused, and not with what was asked at the same time', async () => {
    const { id } = await make('taken')

    const twice = database.write((db) =>
      Promise.all([db.insert(Word, { id, spelling: 'again' }), db.findManyForShare(Word, [id], ['spelling'])]),
    )

    await expect(twice).rejects.toMatchObject({ code: 'already_exists' })
  })

  test('locks all rows that match, some at a time and in order, and leaves out what no longer does', async () => {
    const words = await database.write((db) =>
      db.insertMany(
        Word,
        Array.from({ length: 1_200 }, () => ({ spelling: 'same' })),
      ),
    )
    const [first, second] = words
    const isChanged = Promise.withResolvers<void>()
    const isAsked = Promise.withResolvers<void>()
    const changing = database.write(async (db) => {
      await db.update(Word, second ?? expect.fail(), { spelling: 'other' })
      isChanged.resolve()
      // A single writer would wait for it in vain.
      if (engine.name !== 'sqlite') await isAsked.promise
      await setTimeout(20)
    })
    await isChanged.promise

    const pages = await database.write(async (db) => {
      const found: (readonly string[])[] = []
      isAsked.resolve()
      for await (const rows of db.pagesForUpdate(Word, sql`spelling = 'same'`)) {
        found.push(rows.filter(({ path }) => db.holds(path)).map(({ id }) => id))
      }
      return found
    })
    await changing

    const ids = [first, ...words.slice(2)].map((word) => word?.id)
    expect(pages).toHaveLength(2)
    expect(pages.flat()).toEqual(ids.toSorted())
  })

  test('does what must be last before it commits, and tells when it did', async () => {
    const seen: unknown[] = []

    await database.write(async (db) => {
      db.afterCommit(() => seen.push('committed'))
      db.beforeCommit(async () => void seen.push((await db.insert(Word, { spelling: 'last' })).spelling))
      seen.push((await db.insert(Word, { spelling: 'first' })).spelling)
    })

    expect(seen).toEqual(['first', 'last', 'committed'])
  })

  test('takes what its last action adds, and nothing when it is over', async () => {
    const seen: string[] = []
    let late: (() => void) | undefined

    await database.write(async (db) => {
      db.beforeCommit(async () => {
        seen.push('last')
        db.beforeCommit(async () => void seen.push('after that'))
      })
      late = () => db.beforeCommit(async () => void seen.push('too late'))
    })

    expect(late).toThrow('This unit of work is over')
    expect(seen).toEqual(['last', 'after that'])
  })

  test('says what was refused, whatever it made of that row', async () => {
    const { id } = await make('taken')

    const hasty = database.write(async (db) => {
      const word = await db.insert(Word, { id, spelling: 'again' })
      throw new Error(`It took ${word.id} for new.`)
    })
    const careful = database.write(async (db) => {
      const taken = await db.insert(Word, { id, spelling: 'again' }).catch((error: AppError) => error.code)
      throw new Error(`It knows: ${taken}.`)
    })

    expect(await Promise.allSettled([hasty, careful])).toMatchObject([
      { reason: { code: 'already_exists' } },
      { reason: { message: 'It knows: already_exists.' } },
    ])
  })

  test('that fails tells nobody of a commit', async () => {
    const seen: string[] = []

    const failing = database.write(async (db) => {
      db.afterCommit(() => seen.push('committed'))
      throw new Error('on purpose')
    })

    await expect(failing).rejects.toThrow('on purpose')
    expect(seen).toEqual([])
  })
})
