import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Books, openBooks } from '../testing/books.ts'
import { summarize } from './summary.ts'

const MOST = Number.MAX_SAFE_INTEGER
const range = { from_date: null, to_date: null, currency_code: null }

let books: Books
beforeEach(async () => {
  books = await openBooks()
  await books.addPayees('ada', 'bob', 'cleo')
})
afterEach(() => books.database.close())

const ask = (question: Partial<Parameters<typeof summarize>[1]> = {}) =>
  summarize({ db: books.database.reader }, { group_by: 'month', ...range, ...question })
const on = (transaction_date: string, amount_minor: number, flow: 'INFLOW' | 'OUTFLOW' = 'OUTFLOW') => ({
  transaction_date,
  amount_minor,
  flow,
})

test('nothing is summed up to nothing', async () => {
  const nothing = { items: 0, inflow_minor: 0, outflow_minor: 0, net_minor: 0 }

  expect(await ask()).toEqual({ group_by: 'month', currency_code: null, groups: [], total: nothing })
  expect(await ask({ currency_code: 'EUR' })).toMatchObject({ currency_code: 'EUR', total: nothing })
})

test('months come in order of time, each with the balance up to it', async () => {
  await books.addItems(
    on('2026-02-01', 30),
    on('2026-01-31', 100, 'INFLOW'),
    on('2026-01-01', 1),
    on('0999-12-31', 7, 'INFLOW'),
    on('2026-02-28', 200),
  )

  expect(await ask()).toEqual({
    group_by: 'month',
    currency_code: 'EUR',
    groups: [
      { key: '0999-12', name: null, items: 1, inflow_minor: 7, outflow_minor: 0, net_minor: 7, balance_minor: 7 },
      { key: '2026-01', name: null, items: 2, inflow_minor: 100, outflow_minor: 1, net_minor: 99, balance_minor: 106 },
      {
        key: '2026-02',
        name: null,
        items: 2,
        inflow_minor: 0,
        outflow_minor: 230,
        net_minor: -230,
        balance_minor: -124,
      },
    ],
    total: { items: 5, inflow_minor: 107, outflow_minor: 231, net_minor: -124 },
  })
})

test('the first day and the last belong to the range', async () => {
  await books.addItems(on('2026-01-31', 1), on('2026-02-01', 10), on('2026-02-28', 100), on('2026-03-01', 1000))

  const february = await ask({ from_date: '2026-02-01', to_date: '2026-02-28' })

  expect(february).toMatchObject({ groups: [{ key: '2026-02', items: 2 }], total: { outflow_minor: 110 } })
  expect((await ask({ from_date: '2026-02-28' })).total.outflow_minor).toBe(1100)
  expect((await ask({ to_date: '2026-02-01' })).total.outflow_minor).toBe(11)
  expect((await ask({ from_date: '2026-02-01', to_date: '2026-02-01' })).total.outflow_minor).toBe(10)
})

test('a range that ends before it begins is refused', async () => {
  await expect(ask({ from_date: '2026-02-02', to_date: '2026-02-01' })).rejects.toMatchObject({
    code: 'invalid_request',
    errors: [{ field: 'to_date', code: 'minimum' }],
  })
})

test('categories come in order, items without one first, and have no balance', async () => {
  await books.addItems(
    { category: 'b' },
    { category: 'B' },
    {},
    { category: '😀' },
    { category: '\uffff' },
    { category: 'b' },
  )

  const { groups } = await ask({ group_by: 'category' })

  expect(groups.map(({ key, items }) => [key, items])).toEqual([
    [null, 1],
    ['B', 1],
    ['b', 2],
    ['\uffff', 1],
    ['😀', 1],
  ])
  expect(new Set(groups.map(({ balance_minor }) => balance_minor))).toEqual(new Set([null]))
})

test('payees are told by id and name', async () => {
  await books.addItems({ payee_id: 'bob' }, { payee_id: 'cleo' }, { payee_id: 'bob' })

  expect((await ask({ group_by: 'payee' })).groups).toMatchObject([
    { key: 'bob', name: 'bob', items: 2 },
    { key: 'cleo', name: 'cleo', items: 1 },
  ])
})

test('currencies are not mixed', async () => {
  await books.addItems({ currency_code: 'USD' }, { currency_code: 'EUR' }, { currency_code: 'JPY', amount_minor: 5 })

  await expect(ask()).rejects.toMatchObject({
    kind: 'conflict',
    code: 'mixed_currencies',
    errors: [{ field: 'currency_code' }],
    members: { currency_codes: ['EUR', 'JPY', 'USD'] },
  })
  expect(await ask({ currency_code: 'JPY' })).toMatchObject({ currency_code: 'JPY', total: { outflow_minor: 5 } })
})

test('sums are exact up to the last integer, in either direction', async () => {
  await books.addItems(
    on('2026-01-01', MOST - 1),
    on('2026-01-02', 1),
    on('2026-01-03', MOST, 'INFLOW'),
    on('2026-02-01', 0),
  )

  expect((await ask()).total).toEqual({ items: 4, inflow_minor: MOST, outflow_minor: MOST, net_minor: 0 })
})

test.each([
  ['an outflow', [on('2026-01-01', MOST), on('2026-01-02', 1)]],
  ['an inflow', [on('2026-01-01', MOST, 'INFLOW'), on('2026-01-02', 1, 'INFLOW')]],
  ['a total', [on('2026-01-01', MOST), on('2026-02-01', 1)]],
])('%s of one more is refused', async (_, items) => {
  await books.addItems(...items)

  await expect(ask()).rejects.toMatchObject({
    kind: 'conflict',
    code: 'sum_too_large',
    message: expect.stringContaining('9007199254740992'),
  })
})

test('many of the largest amounts are summed up without loss before they are refused', async () => {
  await books.addItems(...Array.from({ length: 3_000 }, () => on('2026-01-01', MOST)))

  await expect(ask()).rejects.toThrow(String(3_000n * BigInt(MOST)))
})

test('more groups than anybody reads are refused', async () => {
  await books.addItems(...Array.from({ length: 20_001 }, (_, index) => ({ category: `c${index}` })))

  await expect(ask({ group_by: 'category' })).rejects.toMatchObject({
    kind: 'conflict',
    code: 'too_many_groups',
    members: { most: 20_000 },
  })
  expect((await ask()).total.items).toBe(20_001)
})
