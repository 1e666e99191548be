import { etagOf } from '@mainspring/data'
import { arbitraryOf, describeEachEngine } from '@mainspring/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BudgetItem } from '../entities/budget-item.ts'
import { Payee } from '../entities/payee.ts'
import { type Books, openBooks } from '../testing/books.ts'
import { spoolOf } from '../testing/spool.ts'
import { checkSheet, exportItems, importItems } from './item-sheets.ts'

describeEachEngine('a sheet', (engine) => {
  let books: Books
  let others: Books
  beforeAll(async () => {
    books = await openBooks(await engine.createUrl())
    others = await openBooks(await engine.createUrl())
    for (const each of [books, others]) await each.addPayees('ada', 'bob', 'cleo')
  })
  afterAll(async () => {
    await books.database.close()
    await others.database.close()
  })

  const write = async ({ database }: Books) => (await Array.fromAsync(exportItems({ db: database.reader }))).join('')
  async function load({ write }: Books, sheet: string, piece = 1_000) {
    await checkSheet({}, { upload: spoolOf(sheet, piece) })
    return write((needs) => importItems(needs, { upload: spoolOf(sheet, piece) }))
  }
  const rowsOf = async ({ database }: Books) => (await Array.fromAsync(database.reader.pages(BudgetItem))).flat()

  test('of arbitrary items changes nothing where they are, and makes the same where they are not', async () => {
    const items = arbitraryOf(BudgetItem, { payor_id: fc.constantFrom('ada', 'bob'), payee_id: fc.constant('cleo') })
    await fc.assert(
      fc.asyncProperty(fc.array(items, { maxLength: 12 }), fc.integer({ min: 1, max: 100 }), async (bodies, piece) => {
        await books.deleteItems()
        await others.deleteItems()
        await books.addItems(...bodies)
        const before = await rowsOf(books)
        const sheet = await write(books)

        const here = await load(books, sheet, piece)
        const there = await load(others, sheet, piece)

        expect(here).toEqual({ rows: bodies.length, created: 0, updated: 0, unchanged: bodies.length })
        expect(await rowsOf(books)).toEqual(before)
        expect((await rowsOf(books)).map(etagOf)).toEqual(before.map(etagOf))
        expect(there).toEqual({ rows: bodies.length, created: bodies.length, updated: 0, unchanged: 0 })
        expect((await write(others)).split('\r\n').toSorted()).toEqual(sheet.split('\r\n').toSorted())
      }),
      { numRuns: engine.name === 'sqlite' ? 60 : 20 },
    )
  })

  test('of many rows is applied in parts, and is whole', async () => {
    await books.deleteItems()
    const cells = Array.from({ length: 1_700 }, (_, index) => `row-${index},${index},EUR,ada,Payee ${index % 700}`)
    const header = 'id,item,amount_minor,currency_code,payor_id,payee_name\n'
    const sheet = `${header}${cells.map((row, index) => row.replace(',', `,Item ${index},`)).join('\n')}\n`

    expect(await load(books, sheet)).toEqual({ rows: 1_700, created: 1_700, updated: 0, unchanged: 0 })
    const changed = sheet.replace('Item 3,', 'Changed,').replace('Item 1699,', 'Changed,')
    expect(await load(books, changed)).toEqual({ rows: 1_700, created: 0, updated: 2, unchanged: 1_698 })

    expect(await books.database.reader.count(Payee)).toBe(703)
    expect(
      (await rowsOf(books))
        .filter(({ item }) => item === 'Changed')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['row-1699', 'row-3'])
  })

  test('whose last row is refused leaves nothing of its first', async () => {
    await books.deleteItems()
    const payees = await books.database.reader.count(Payee)
    const good = Array.from({ length: 1_200 }, (_, index) => `x,1,EUR,ada,,Refused ${index}\n`).join('')
    const sheet = `item,amount_minor,currency_code,payor_id,payee_id,payee_name\n${good}x,1,EUR,ada,nobody,\n`

    await expect(load(books, sheet)).rejects.toMatchObject({
      code: 'reference_not_found',
      errors: [{ field: 'lines[1202].payee_id' }],
    })

    expect(await rowsOf(books)).toEqual([])
    expect(await books.database.reader.count(Payee)).toBe(payees)
  })

  test('and another, each wanting what the other makes, are both done', async () => {
    await books.deleteItems()
    const names = Array.from({ length: 1_200 }, (_, index) => `Both ${index}`)
    const sheetOf = (order: readonly string[]) =>
      `item,amount_minor,currency_code,payor_id,payee_name\n${order.map((name) => `x,1,EUR,ada,${name}\n`).join('')}`

    const counts = await Promise.all([load(books, sheetOf(names)), load(books, sheetOf(names.toReversed()))])

    expect(counts.map(({ created }) => created)).toEqual([1_200, 1_200])
    expect(new Set((await rowsOf(books)).map(({ payee_id }) => payee_id)).size).toBe(1_200)
  })
})
