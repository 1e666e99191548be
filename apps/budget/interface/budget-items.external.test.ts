import { randomUUID } from 'node:crypto'
import type { BudgetItemBody, BudgetItemPatch } from '@mainspring/client/house'
import { arbitraryOf, refusal } from '@mainspring/testing'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { BudgetItem } from '../entities/budget-item.ts'
import { newItem } from '../testing/books.ts'
import { client, getItem, makeItem, makeParties, stranger } from '../testing/client.ts'

const MOST = Number.MAX_SAFE_INTEGER

const path = '/v1/budget-items/{budget_item_id}'
const create = (body: BudgetItemBody) => client.post('/v1/budget-items', { body })
const patch = (budget_item_id: string, body: BudgetItemPatch) =>
  client.patch(path, { params: { budget_item_id }, body })

let parties: Awaited<ReturnType<typeof makeParties>>
beforeAll(async () => {
  parties = await makeParties()
})

/** What is absent of an item is its default. */
const defaults = { flow: 'OUTFLOW', category: null, note: null }

test('any valid item comes back as it was sent, patched where it was patched, and is gone when it is deleted', async () => {
  const { payor_id, payee_id } = parties
  const bodies = arbitraryOf(BudgetItem, { payor_id: fc.constant(payor_id), payee_id: fc.constant(payee_id) })
  const names = ['item', 'amount_minor', 'currency_code', 'flow', 'transaction_date', 'category', 'note'] as const
  await fc.assert(
    fc.asyncProperty(bodies, bodies, fc.subarray([...names]), async (sent, other, named) => {
      const { status, body: created } = await create(sent)
      const { id } = created
      const params = { budget_item_id: id }
      expect({ status, created }).toMatchObject({ status: 201, created: { ...defaults, ...sent } })
      expect(await getItem(id)).toEqual(created)

      const changes = Object.fromEntries(named.filter((name) => name in other).map((name) => [name, other[name]]))
      const patched = await patch(id, changes)
      expect(patched).toMatchObject({ status: 200, body: { ...created, ...changes, update_time: expect.any(String) } })
      expect(await getItem(id)).toEqual(patched.body)

      const replaced = await client.put(path, { params, body: other })
      expect(replaced).toMatchObject({ status: 200, body: { ...defaults, ...other } })

      expect(await client.delete(path, { params })).toMatchObject({ status: 204 })
      await expect(getItem(id)).rejects.toMatchObject({ status: 404 })
      await expect(patch(id, changes)).rejects.toMatchObject({ status: 404 })
    }),
    { numRuns: 40 },
  )
})

test.each([
  ['0', 0],
  ['1', 1],
  ['1.0', 1],
  ['1e3', 1000],
  ['9007199254740991', MOST],
])('the amount %s is %i, exactly, from end to end', async (amount, expected) => {
  const { status, body } = await stranger.post<BudgetItem>('/v1/budget-items', withAmount(amount))

  expect({ status, body }).toMatchObject({ status: 201, body: { amount_minor: expected } })
  const answered = await (await client.open(path, { params: { budget_item_id: body.id } })).text()
  expect(answered).toContain(`"amount_minor":${expected},`)
  const query = { filter: `id == "${body.id}" && amount_minor == ${expected}` }
  expect((await client.get('/v1/budget-items', { query })).body).toMatchObject({
    results: [{ amount_minor: expected }],
  })
})

test.each([
  ['9007199254740992', 'maximum'],
  ['9007199254740993', 'maximum'],
  ['1e400', undefined],
  ['-1', 'minimum'],
  ['0.5', 'type'],
  ['1.000001', 'type'],
  ['"5"', 'type'],
  ['true', 'type'],
  ['null', 'type'],
  ['[5]', 'type'],
])('the amount %s is refused', async (amount, code) => {
  const { body } = await stranger.post('/v1/budget-items', withAmount(amount))

  expect(body).toMatchObject(code ? refusal(400, 'amount_minor', code) : { status: 400 })
})

test.each([
  ['no currency', { currency_code: undefined }, 'currency_code'],
  ['a currency in small letters', { currency_code: 'eur' }, 'currency_code'],
  ['a currency that is gone', { currency_code: 'DEM' }, 'currency_code'],
  ['gold', { currency_code: 'XAU' }, 'currency_code'],
  ['a sign for a currency', { currency_code: '€' }, 'currency_code'],
  ['a day that is not', { transaction_date: '2026-02-29' }, 'transaction_date'],
  ['a moment for a day', { transaction_date: '2026-02-28T00:00:00Z' }, 'transaction_date'],
  ['a day as people write it', { transaction_date: '28.02.2026' }, 'transaction_date'],
  ['another flow', { flow: 'SIDEWAYS' }, 'flow'],
  ['no name', { item: undefined }, 'item'],
  ['an empty name', { item: '' }, 'item'],
  ['a long name', { item: 'x'.repeat(201) }, 'item'],
  ['an empty category', { category: '' }, 'category'],
  ['a price', { price: 4.8 }, 'price'],
  ['a derived column', { month: '2026-01' }, 'month'],
])('an item with %s is a 400 that names it', async (_, overrides, field) => {
  const { body } = await stranger.post('/v1/budget-items', { ...newItem(parties), ...overrides })

  expect(body).toMatchObject(refusal(400, field))
})

test('each currency in use is taken, whatever its minor unit', async () => {
  for (const currency_code of ['EUR', 'JPY', 'KWD', 'CLF', 'ZWG']) {
    expect(await makeItem({ ...parties, currency_code })).toMatchObject({ currency_code })
  }
})

test.each(['0001-01-01', '2024-02-29', '9999-12-31'])('an item may be of %s', async (transaction_date) => {
  const { id } = await makeItem({ ...parties, transaction_date })

  expect(await getItem(id)).toMatchObject({ transaction_date })
})

test('an item without a date is of today, and one without a flow goes out', async () => {
  const before = new Date().toISOString().slice(0, 10)
  const { id, transaction_date, flow } = (await create({ ...newItem(parties), transaction_date: undefined })).body
  const after = new Date().toISOString().slice(0, 10)

  expect([before, after]).toContain(transaction_date)
  expect(flow).toBe('OUTFLOW')
  await expect(patch(id, { transaction_date: null })).rejects.toMatchObject(refusal(400, 'transaction_date'))
})

test('a payor or payee that is not there is named', async () => {
  const nobody = randomUUID()

  for (const field of ['payor_id', 'payee_id']) {
    const refused = makeItem({ ...parties, [field]: nobody })

    await expect(refused).rejects.toMatchObject(refusal(400, field, 'reference_not_found'))
  }
  const { id } = await makeItem(parties)
  const refused = patch(id, { payee_id: nobody })
  await expect(refused).rejects.toMatchObject(refusal(400, 'payee_id', 'reference_not_found'))
})

test('nobody pays themselves, not after a patch either', async () => {
  const { id } = await makeItem(parties)
  const [payor_id, payee_id] = [parties.payee_id, parties.payor_id]
  const refused = refusal(400, 'payee_id', 'same_party')

  await expect(makeItem({ ...parties, payee_id })).rejects.toMatchObject(refused)
  await expect(patch(id, { payee_id })).rejects.toMatchObject(refused)
  expect(await patch(id, { payor_id, payee_id })).toMatchObject({ status: 200 })
})

test('items are found by party, date and amount, and ordered', async () => {
  const [one, two, three] = await Promise.all([
    makeItem({ ...parties, category: 'b', transaction_date: '2026-03-01', amount_minor: 7 }),
    makeItem({ ...parties, category: 'a', transaction_date: '2026-03-02', amount_minor: 8 }),
    makeItem({ ...parties, transaction_date: '2026-03-02', amount_minor: 9 }),
  ])

  const filter = `payor_id == "${parties.payor_id}" && transaction_date >= "2026-03-01" && transaction_date < "2026-03-03" && amount_minor in [7, 8, 9]`
  const { body } = await client.get('/v1/budget-items', { query: { filter, order_by: '-transaction_date,category' } })

  expect(body.results).toEqual([three, two, one])
})

/** JSON as it is written, because a number of JavaScript would not be. */
const withAmount = (amount: string): string =>
  JSON.stringify(newItem({ ...parties, amount_minor: 12345 })).replace('12345', amount)
