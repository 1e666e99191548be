import { text } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { entity } from './entity.ts'
import { type Selects, sql } from './query.ts'

const Word = entity(
  'words',
  'word',
  { spelling: text({ max: 40 }), kind: text({ max: 40, default: 'noun' }) },
  {
    derived: { folded: { field: text({ max: 80 }), of: ['spelling'], from: ({ spelling }) => spelling.toLowerCase() } },
    indexes: [{ columns: ['folded'] }],
  },
)
type Tables = { readonly words: { readonly id: string; readonly folded: string } }

describeEachEngine('a derived column', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Word] })
  })
  afterAll(() => database.close())
  const foldedOf = async (id: string) => {
    const rows = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('words').select('folded').where('id', '=', id),
    )
    return rows[0]?.folded
  }

  test('follows each write and is in no row', async () => {
    const word = await database.write((db) => db.insert(Word, { spelling: 'HOUSE' }))
    const [many] = await database.write((db) => db.insertMany(Word, [{ spelling: 'MANY' }]))
    const before = await foldedOf(word.id)

    const changed = await database.write((db) => db.update(Word, word, { spelling: 'MOUSE' }))

    expect([before, await foldedOf(word.id), await foldedOf(String(many?.id))]).toEqual(['house', 'mouse', 'many'])
    for (const row of [word, changed, many, await database.reader.get(Word, word.id)])
      expect(row).not.toHaveProperty('folded')
  })

  test('that would have to follow stops a change to many rows', async () => {
    const change = database.write((db) => db.updateAll(Word, sql`1 = 1`, { spelling: 'all' }))

    await expect(change).rejects.toThrow('folded follows from what changes')
  })

  test('many rows change at once, each with a new version', async () => {
    const rows = await database.write((db) => db.insertMany(Word, [{ spelling: 'run' }, { spelling: 'walk' }]))
    const ids = rows.map(({ id }) => id)

    const affected = await database.write((db) => db.updateAll(Word, sql`id in (${sql.join(ids)})`, { kind: 'verb' }))

    expect(affected).toBe(2)
    expect(await database.reader.findMany(Word, ids)).toMatchObject([{ kind: 'verb' }, { kind: 'verb' }])
    const [stale] = rows
    if (!stale) throw new Error('Two words were made.')
    await expect(database.write((db) => db.update(Word, stale, { kind: 'noun' }))).rejects.toMatchObject({
      code: 'etag_mismatch',
    })
  })
})
