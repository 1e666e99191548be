import { array, integer, object, text } from '@mainspring/core'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import fc from 'fast-check'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { entity } from './entity.ts'
import { totalOrder } from './page.ts'
import type { AnyTables } from './query.ts'
import { markOf, writeVerbatim } from './verbatim.ts'

const words = fc.oneof(
  fc.constantFrom('"\\udfff0"', '\\udfff0', '"', '\\', '\u2028', '😀'),
  fc.string({ unit: 'grapheme' }),
)
const Dish = entity('dishes', 'dish', {
  parts: array(object({ part: text(), grams: integer({ optional: true }) }), { default: [] }),
  name: text(),
  words: array(text(), { optional: true }),
})
const values = fc.record({
  parts: fc.array(fc.record({ part: words, grams: fc.option(fc.nat()) }), { maxLength: 3 }),
  name: words,
  words: fc.option(fc.array(words, { maxLength: 3 })),
})

describeEachEngine('what is stored as JSON', (engine) => {
  const page = { order: totalOrder([]), limit: 3 }
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [Dish] })
  })
  afterAll(() => database.close())

  test('goes into an answer to the letter as if it had been read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(values, { maxLength: 4 }), async (dishes) => {
        await database.write(async (db) => {
          await db.execute((query: Kysely<AnyTables>) => query.deleteFrom(Dish.name))
          for (const dish of dishes) await db.insert(Dish, dish)
        })

        const { rows, json, more } = await database.reader.pageVerbatim(Dish, page)

        const read = await database.reader.page(Dish, page)
        expect(writeVerbatim({ rows, more }, json)).toBe(JSON.stringify(read))
      }),
      { numRuns: 15 },
    )
  })
})

test('an answer leaves out what is stored as JSON, or has it elsewhere, as it likes', () => {
  const answer = { rows: [{ words: markOf(2) }, { parts: markOf(1) }] }

  expect(writeVerbatim(answer, ['[0]', '[1]', '[2]'])).toBe('{"rows":[{"words":[2]},{"parts":[1]}]}')
})
