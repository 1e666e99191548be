import { array, boolean, integer, text, timestamp } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import type { Selects } from './query.ts'
import { type Stored, type TablesOf, table } from './table.ts'

const events = table(
  'log_events',
  {
    number: integer(),
    word: text({ max: 40 }),
    tags: array(text(), { optional: true }),
    is_loud: boolean({ optional: true }),
    said_time: timestamp({ optional: true }),
  },
  { primary_key: ['number'], is_numbered: true },
)
type Tables = TablesOf<[typeof events]>

describeEachEngine('rows that are appended to a plain table', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [], tables: [events] })
  })
  afterAll(() => database.close())

  const append = (rows: readonly Partial<Stored<typeof events>>[]) => database.write((db) => db.append(events, rows))
  const wordsLike = async (prefix: string) => {
    const rows = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('log_events').select('word').where('word', 'like', `${prefix}%`).orderBy('number'),
    )
    return rows.map(({ word }) => word)
  }

  test.each([0, 1, 2, 99, 100, 101, 2_345])('have numbers in their order, %i of them', async (count) => {
    const words = Array.from({ length: count }, (_, index) => `n${count}-${index}`)

    await append(words.map((word) => ({ word })))

    expect(await wordsLike(`n${count}-`)).toEqual(words)
  })

  test('are kept as their columns say, and null where nothing is said', async () => {
    const said = { tags: ['"', 'ä'], is_loud: true, said_time: '2026-11-20T12:00:00.123Z' }
    await append([{ word: 'alone', ...said }])
    await append([{ word: 'all', ...said }, { word: 'nothing' }])

    const rows = await database.reader.query((query: Selects<Tables>) =>
      query
        .selectFrom('log_events')
        .select(['tags', 'is_loud', 'said_time'])
        .where('word', 'in', ['alone', 'all', 'nothing'])
        .orderBy('number'),
    )

    const decode = (kind: 'json' | 'boolean' | 'timestamp', raw: unknown) =>
      raw === null ? null : (database.engine.decoder(kind)?.(raw) ?? raw)
    const decoded = rows.map(({ tags, is_loud, said_time }) => ({
      tags: decode('json', tags),
      is_loud: decode('boolean', is_loud),
      said_time: decode('timestamp', said_time),
    }))
    expect(decoded).toEqual([said, said, { tags: null, is_loud: null, said_time: null }])
  })

  test('can be foreseen', async () => {
    const foreseen = await database.foresee(async (db) => {
      await db.append(events, [{ word: 'seen-0' }])
      db.beforeCommit(() => db.append(events, [{ word: 'seen-1' }, { word: 'seen-2' }]))
    })
    expect(await wordsLike('seen-')).toEqual([])

    await foreseen?.commit()

    expect(await wordsLike('seen-')).toEqual(['seen-0', 'seen-1', 'seen-2'])
  })
})
