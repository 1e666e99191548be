import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BudgetItem } from '../entities/budget-item.ts'
import { Payee } from '../entities/payee.ts'
import { type Books, openBooks } from '../testing/books.ts'
import { bookOrder, reverseOrder, type Settled } from './bookkeeping.ts'
import { createItems } from './item-service.ts'
import { summarize } from './summary.ts'

const NAMES = { payor: 'Guests', payee: 'Pizza shop' }

describeEachEngine('the books of a pizza shop', (engine) => {
  let books: Books
  beforeAll(async () => {
    books = await openBooks(await engine.createUrl(), { time_zone: 'Europe/Berlin' })
  })
  afterAll(() => books.database.close())

  const settled = (order_id: string, overrides: Partial<Settled> = {}): Settled => ({
    ...{ order_id, total_minor: 1400, currency_code: 'EUR', change_time: '2026-11-20T12:00:00.000Z' },
    ...overrides,
  })
  const book = (order: Settled) => books.write((needs) => bookOrder(needs, NAMES, order))
  const reverse = (order: Settled) => books.write((needs) => reverseOrder(needs, NAMES, order))
  const nameOf = async (id: string) => (await books.database.reader.get(Payee, id)).name

  test('have an order that was paid as income of the day where they are kept', async () => {
    const item = await book(settled('late', { change_time: '2026-11-20T23:30:00.000Z' }))

    expect(item).toMatchObject({
      ...{ id: 'order-late', item: 'Order late', amount_minor: 1400, currency_code: 'EUR', flow: 'INFLOW' },
      transaction_date: '2026-11-21',
    })
    expect([await nameOf(item.payor_id), await nameOf(item.payee_id)]).toEqual(['Guests', 'Pizza shop'])
  })

  test('have an order once', async () => {
    await book(settled('once'))

    await expect(book(settled('once'))).rejects.toMatchObject({ code: 'already_exists' })
  })

  test('are not mixed up with what is in them for other reasons, whatever id who ordered chose', async () => {
    const ids = ['rent', 'rent'.padEnd(63, 'a'), 'rent'.padEnd(63, 'b')]
    const parties = { payor_id: null, payor_name: 'Home', payee_id: null, payee_name: 'Landlord' }
    const money = { amount_minor: 94_500, currency_code: 'SEK', flow: 'OUTFLOW' } as const
    const rest = { category: null, note: null, transaction_date: '2026-11-20' }
    const rents = ids.map((id) => ({ id, item: 'Rent', ...parties, ...money, ...rest }))
    await books.write((needs) => createItems(needs, rents))

    const booked = await Promise.all(ids.map((id) => book(settled(id))))
    const reversed = await Promise.all(ids.map((id) => reverse(settled(id))))

    expect(booked.map(({ amount_minor }) => amount_minor)).toEqual([1400, 1400, 1400])
    expect(reversed.map(({ item, amount_minor }) => [item, amount_minor])).toEqual(
      ids.map((id) => [`Refund of order ${id}`, 1400]),
    )
  })

  test('have what was given back the other way round, as it stands there by then', async () => {
    const booked = await book(settled('back'))
    await books.write(async ({ db }) => {
      const item = await db.getForUpdate(BudgetItem, 'order-back')
      await db.update(BudgetItem, item, { amount_minor: 900, category: 'Sales' })
    })

    const reversed = await reverse(settled('back', { change_time: '2026-11-25T12:00:00.000Z' }))

    expect(reversed).toMatchObject({
      ...{ item: 'Refund of order back', amount_minor: 900, flow: 'OUTFLOW', category: 'Sales' },
      ...{ payor_id: booked.payee_id, payee_id: booked.payor_id, transaction_date: '2026-11-25' },
    })
  })

  test('come to nothing for what was given back, also if it was not there', async () => {
    const told = await books.listen(() => reverse(settled('unknown', { currency_code: 'CHF' })))

    const query = { group_by: 'payee', currency_code: 'CHF', from_date: null, to_date: null } as const
    const { net_minor, inflow_minor } = (await summarize({ db: books.database.reader }, query)).total
    expect({ net_minor, inflow_minor }).toEqual({ net_minor: 0, inflow_minor: 1400 })
    expect(told.map(({ type }) => type).filter((type) => type === 'budget.item_created')).toHaveLength(2)
  })
})
