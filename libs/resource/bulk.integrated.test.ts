import { array, integer, text } from '@mainspring/core'
import { type Database, entity, totalOrder, writeVerbatim } from '@mainspring/data'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { boundedFind, boundedPage, LIMITS } from './bulk.ts'

const Series = entity('series', 'one-series', { name: text({ max: 20, order: true }), values: array(integer()) })
const order = totalOrder([{ field: 'name', descending: false }])
const nameOf = (index: number) => `s${String(index).padStart(3, '0')}`
const all = Array.from({ length: 160 }, (_, index) => nameOf(index))

describeEachEngine('large rows', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Series] })
    const large = Array.from({ length: 100_000 }, () => 100_000)
    await database.write(async (db) => {
      for (const name of all) {
        const number = Number(name.slice(1))
        await db.insert(Series, { id: name, name, values: number >= 60 ? large : [number] })
      }
    })
  })
  afterAll(() => database.close())

  test('end a page early, and the next goes on there', async () => {
    const first = await boundedPage(database.reader, Series, { order, limit: 1_000, skip: 2 })
    const end = first.rows.at(-1)?.id
    const second = await boundedPage(database.reader, Series, { order, limit: 20, after: [end, end] })

    expect(first.more).toBe(true)
    expect(first.rows.map(({ id }) => id)).toEqual(all.slice(2, 2 + first.rows.length))
    expect(writeVerbatim(first.rows, first.json).length).toBeLessThan(LIMITS.page + 50 * 800_000)
    expect(second.rows[0]?.id).toBe(all[2 + first.rows.length])
  })

  test('that are small fill a page', async () => {
    const page = await boundedPage(database.reader, Series, { order, limit: 55 })

    const written: readonly unknown[] = JSON.parse(writeVerbatim(page.rows, page.json))
    expect(written).toMatchObject(all.slice(0, 55).map((id, number) => ({ id, values: [number] })))
    expect(page.more).toBe(true)
  })

  test('are got by the batch as long as they fit into an answer', async () => {
    const ids = [...all.slice(0, 62), 'nowhere', ...all.slice(0, 2)]

    const rows = await boundedFind(database.reader, Series, ids)

    expect(rows.map((row) => row?.name)).toEqual(ids.map((id) => (id === 'nowhere' ? undefined : id)))
    await expect(boundedFind(database.reader, Series, [...all, ...all])).rejects.toMatchObject({
      code: 'batch_too_large',
    })
  })
})
