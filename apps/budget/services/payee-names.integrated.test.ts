import { foldText } from '@mainspring/core'
import { describeEachEngine } from '@mainspring/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Payee } from '../entities/payee.ts'
import { type Books, openBooks } from '../testing/books.ts'
import { findOrMakePayees } from './payee-names.ts'

/** Names that databases tell apart each in their own way. */
const name = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(
        'ß',
        'ẞ',
        'ss',
        'ς',
        'Σ',
        'ı',
        'İ',
        'é',
        'e\u0301',
        'É',
        'ﬃ',
        '\u00a0',
        ' ',
        '_',
        '%',
        "'",
        '\\',
        '😀',
        'K',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    minLength: 1,
    maxLength: 12,
  })
  .map((text) => text.replaceAll('\0', '0'))
  .filter((text) => foldText(text) !== '')

describeEachEngine('names', (engine) => {
  let books: Books
  beforeAll(async () => {
    books = await openBooks(await engine.createUrl())
  })
  afterAll(() => books.database.close())

  const find = (names: readonly string[]) =>
    books.write((needs) =>
      findOrMakePayees(
        needs,
        names.map((each) => ({ name: each, field: 'payee_name' })),
      ),
    )

  test('are the same, or not, as they are when they are folded, and as on every other engine', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 8 }), async (names) => {
        const before = await books.database.reader.count(Payee)
        const made = await find(names)
        const after = await books.database.reader.count(Payee)

        for (const spell of [
          (text: string) => `\n${text} `,
          (text: string) => text.normalize('NFD'),
          (text: string) => text.toUpperCase(),
        ]) {
          const spelt = names.map(spell).filter((text) => made.has(foldText(text)))
          expect(await find(spelt)).toEqual(new Map(spelt.map((text) => [foldText(text), made.get(foldText(text))])))
        }
        expect(new Set(made.values()).size).toBe(new Set(names.map(foldText)).size)
        expect(await books.database.reader.count(Payee)).toBe(after)
        expect(after - before).toBeLessThanOrEqual(made.size)
      }),
      { numRuns: engine.name === 'sqlite' ? 150 : 60 },
    )
  })
})
