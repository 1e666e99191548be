import type { OptionsOf } from '@mainspring/client'
import { refusal } from '@mainspring/testing'
import { expect, test } from 'vitest'
import type { newItem } from '../testing/books.ts'
import { client, makeItem, makeParties, makePayee, newLedger, stranger } from '../testing/client.ts'

const MOST = Number.MAX_SAFE_INTEGER

const path = '/v1/budget-items:summarize'
const ask = (query: OptionsOf<typeof path, 'get'>['query']) => client.get(path, { query })

/** Items of one ledger, two parties and the first day of its year, unless told otherwise. */
async function fill(items: readonly Parameters<typeof newItem>[0][]) {
  const { currency_code, year, range } = newLedger()
  const parties = await makeParties()
  for (const item of items) await makeItem({ ...parties, currency_code, transaction_date: `${year}-01-01`, ...item })
  return { ...parties, currency_code, year, range }
}

test('months are summed up exactly, with the balance that each leaves', async () => {
  const ledger = newLedger()
  const { currency_code, year, range } = ledger
  const parties = await makeParties()
  const made = [
    ['01-31', 'INFLOW', 1_000],
    ['01-01', 'OUTFLOW', 1],
    ['03-31', 'OUTFLOW', 5_000],
    ['03-01', 'INFLOW', 7],
  ] as const
  for (const [day, flow, amount_minor] of made) {
    await makeItem({ ...parties, currency_code, transaction_date: `${year}-${day}`, flow, amount_minor })
  }

  expect(await ask({ group_by: 'month', currency_code, ...range })).toMatchObject({
    status: 200,
    body: {
      group_by: 'month',
      currency_code,
      groups: [
        { key: `${year}-01`, items: 2, inflow_minor: 1_000, outflow_minor: 1, net_minor: 999, balance_minor: 999 },
        {
          key: `${year}-03`,
          items: 2,
          inflow_minor: 7,
          outflow_minor: 5_000,
          net_minor: -4_993,
          balance_minor: -3_994,
        },
      ],
      total: { items: 4, inflow_minor: 1_007, outflow_minor: 5_001, net_minor: -3_994 },
    },
  })
  expect(
    await ask({ group_by: 'month', currency_code, from_date: `${year}-01-31`, to_date: `${year}-03-01` }),
  ).toMatchObject({
    body: {
      groups: [
        { key: `${year}-01`, items: 1 },
        { key: `${year}-03`, items: 1, balance_minor: 1_007 },
      ],
    },
  })
})

test('categories and payees are summed up without a balance', async () => {
  const shop = await makePayee()
  const { payee_id, currency_code, range } = await fill([
    { category: 'Food', amount_minor: 3 },
    { amount_minor: 4 },
    { category: 'Food', amount_minor: 5, payee_id: shop.id },
  ])

  expect(await ask({ group_by: 'category', currency_code, ...range })).toMatchObject({
    body: {
      groups: [
        { key: null, name: null, items: 1, outflow_minor: 4, balance_minor: null },
        { key: 'Food', name: null, items: 2, outflow_minor: 8, balance_minor: null },
      ],
    },
  })
  const groups = [
    { key: payee_id, items: 2, outflow_minor: 7, balance_minor: null },
    { key: shop.id, name: shop.name, items: 1, outflow_minor: 5 },
  ].toSorted((one, other) => (one.key < other.key ? -1 : 1))
  expect(await ask({ group_by: 'payee', currency_code, ...range })).toMatchObject({ body: { groups } })
})

test('currencies are not mixed, and all of them are told', async () => {
  const { year, range } = newLedger()
  const [currencies, parties] = [['EUR', 'JPY', 'USD'], await makeParties()]
  for (const currency_code of currencies)
    await makeItem({ ...parties, currency_code, transaction_date: `${year}-01-01` })

  const refused = ask({ group_by: 'month', ...range })

  await expect(refused).rejects.toMatchObject({
    ...refusal(409, 'currency_code', 'mixed_currencies'),
    members: { currency_codes: expect.arrayContaining(currencies) },
  })
  expect(await ask({ group_by: 'month', currency_code: 'JPY', ...range })).toMatchObject({
    status: 200,
    body: { currency_code: 'JPY' },
  })
})

test('sums are answered up to the last exact integer, and beyond it refused', async () => {
  const { currency_code, range, ...rest } = await fill([
    { amount_minor: MOST - 1, flow: 'INFLOW' },
    { amount_minor: 1, flow: 'INFLOW' },
    { amount_minor: MOST },
  ])
  const exact = await ask({ group_by: 'month', currency_code, ...range })
  await makeItem({
    payor_id: rest.payor_id,
    payee_id: rest.payee_id,
    currency_code,
    transaction_date: `${rest.year}-12-31`,
    amount_minor: 1,
  })

  expect(exact).toMatchObject({
    status: 200,
    body: { total: { inflow_minor: MOST, outflow_minor: MOST, net_minor: 0 } },
  })
  const refused = ask({ group_by: 'month', currency_code, ...range })
  await expect(refused).rejects.toMatchObject({ status: 409, code: 'sum_too_large' })
  expect(await ask({ group_by: 'month', currency_code, ...range, to_date: `${rest.year}-12-30` })).toMatchObject({
    status: 200,
  })
})

test('where nothing is, the sums are 0', async () => {
  const { currency_code, range } = await fill([])

  expect(await ask({ group_by: 'payee', currency_code, ...range })).toMatchObject({
    status: 200,
    body: { currency_code, groups: [], total: { items: 0, inflow_minor: 0, outflow_minor: 0, net_minor: 0 } },
  })
})

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['without groups', {}, 'group_by'],
  ['by week', { group_by: 'week' }, 'group_by'],
  ['from a day that is not', { group_by: 'month', from_date: '2026-02-30' }, 'from_date'],
  ['to nowhere', { group_by: 'month', to_date: '' }, 'to_date'],
  ['backwards', { group_by: 'month', from_date: '2026-02-02', to_date: '2026-02-01' }, 'to_date'],
  ['in a currency that is none', { group_by: 'month', currency_code: 'eur' }, 'currency_code'],
  ['by what nobody knows', { group_by: 'month', payor_id: 'ada' }, 'payor_id'],
])('a question %s is a 400', async (_, parameters, field) => {
  const { body } = await stranger.get(`${path}?${new URLSearchParams(parameters)}`)

  expect(body).toMatchObject(refusal(400, field))
})
