import { createDatabase, type Database } from '@mainspring/data'
import { createWatchedEngine, describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BudgetItem } from '../entities/budget-item.ts'
import { Payee } from '../entities/payee.ts'
import { type Books, newItem, openBooks } from '../testing/books.ts'
import { spoolOf } from '../testing/spool.ts'
import { createItems } from './item-service.ts'
import { importItems } from './item-sheets.ts'
import { createPayees, mergePayee } from './payee-service.ts'
import { summarize } from './summary.ts'

const MANY = 100

describeEachEngine('queries', (engine) => {
  let books: Books
  let database: Database
  let asked: string[] = []
  beforeAll(async () => {
    books = await openBooks(await engine.createUrl())
    const counted = createWatchedEngine(books.database.engine, (sql) => asked.push(sql))
    database = createDatabase({ engine: counted, entities: [Payee, BudgetItem] })
    await books.addPayees('ada', 'bob')
  })
  afterAll(() => books.database.close())

  const names = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, index) => `${prefix} ${count} ${index}`)
  const create = (payees: readonly string[]) =>
    database.write((db) =>
      createItems(
        books.needs(db),
        payees.map((payee_name) => ({ ...bare, payor_id: 'ada', payee_name })),
      ),
    )
  /** What was asked by some work: statements that insert, and all others. BEGIN, COMMIT and savepoints do not count. */
  async function count(work: () => Promise<unknown>): Promise<{ inserts: number; others: number }> {
    asked = []
    await work()
    const statements = asked.filter((sql) => !/^(begin|commit|savepoint|release)/i.test(sql))
    const inserts = statements.filter((sql) =>
      /^insert into .(payees|budget_items|mainspring_outbox)/i.test(sql.replaceAll(/"\w+"\./g, '')),
    )
    return { inserts: inserts.length, others: statements.length - inserts.length }
  }
  /** Rows of one insert go together on a server, events by the hundred; an embedded database takes them one by one. */
  const inserts = (statements: number, rows: number) => (engine.name === 'sqlite' ? rows : statements)

  test('are one for an item between payees that are there and one for its event, known beforehand', async () => {
    asked = []

    const foreseen = await database.foresee((db) =>
      createItems(books.needs(db), [{ ...bare, payor_id: 'ada', payee_id: 'bob', payee_name: null }]),
    )
    const isWritten = await foreseen?.commit()

    expect(isWritten).toBe(true)
    expect(foreseen?.value).toHaveLength(1)
    expect(asked).toHaveLength(2)
  })

  test('do not grow with the names of a batch', async () => {
    const fresh = names(MANY, 'New')
    const locks = engine.name === 'sqlite' ? 0 : 1

    expect(await count(() => create(names(3, 'Few')))).toMatchObject({ others: 2 + locks })
    expect(await count(() => create(fresh))).toEqual({ inserts: inserts(2 + 2, 4 * MANY), others: 2 + locks })
    expect(await count(() => create(fresh))).toEqual({ inserts: inserts(1 + 1, 2 * MANY), others: 1 })
  })

  test('do not grow with the rows of a sheet that are there, or with its names', async () => {
    const rows = Array.from({ length: MANY }, (_, index) => `sheet-${index},x,1,EUR,ada,Sheet ${index}\n`)
    const sheet = (count: number) =>
      `id,item,amount_minor,currency_code,payor_id,payee_name\n${rows.slice(0, count).join('')}`
    const load = (count: number) =>
      database.write((db) => importItems(books.needs(db), { upload: spoolOf(sheet(count)) }))
    await load(MANY)

    expect(await count(() => load(3))).toEqual({ inserts: 0, others: 2 })
    expect(await count(() => load(MANY))).toEqual({ inserts: 0, others: 2 })
  })

  test('do not grow with phones, items of a payee, or groups', async () => {
    const payees = names(MANY, 'Phone').map((name) => ({ name, email: null, phone: '+4930123456', note: null }))
    const made = await books.addPayees(
      ...names(2, 'Merge').map((id) => ({ id: id.toLowerCase().replaceAll(' ', '-'), name: id })),
    )
    const [old, kept] = made.map(({ id }) => id)
    await books.addItems(...payees.map(() => ({ payor_id: 'ada', payee_id: old ?? '' })))

    expect(await count(() => database.write((db) => createPayees(books.needs(db), payees)))).toEqual({
      inserts: inserts(1 + 1, 2 * MANY),
      others: 0,
    })
    expect(
      await count(() =>
        database.write((db) => mergePayee(books.needs(db), { id: old ?? '', into_payee_id: kept ?? '' })),
      ),
    ).toEqual({
      inserts: inserts(1, MANY),
      others: 9 + ERASING,
    })
    const question = { group_by: 'payee', from_date: null, to_date: null, currency_code: 'EUR' } as const
    expect(await count(() => summarize({ db: database.reader }, question))).toEqual({ inserts: 0, others: 2 })
  })
})

/** What is asked to erase what events say of a payee. */
const ERASING = 4

const { payor_id: _, payee_id: __, ...given } = newItem()
const bare = { flow: 'OUTFLOW', category: null, note: null, ...given, payor_name: null, payee_id: null } as const
