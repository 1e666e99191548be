import { randomUUID } from 'node:crypto'
import { arbitraryOf } from '@mainspring/testing'
import fc from 'fast-check'
import { beforeAll, expect, inject, test } from 'vitest'
import { BudgetItem } from '../entities/budget-item.ts'
import { newItem } from '../testing/books.ts'
import { client, getItem, makeItem, makeParties, refusal } from '../testing/client.ts'

const MOST = Number.MAX_SAFE_INTEGER

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
      const { status, body: created } = await client.post<BudgetItem>('/v1/budget-items', sent)
      const path = `/v1/budget-items/${created.id}`
      expect({ status, created }).toMatchObject({ status: 201, created: { ...defaults, ...sent } })
      expect((await client.get(path)).body).toEqual(created)

      const patch = Object.fromEntries(named.filter((name) => name in other).map((name) => [name, other[name]]))
      const patched = await client.patch<BudgetItem>(path, patch)
      expect(patched).toMatchObject({ status: 200, body: { ...created, ...patch, update_time: expect.any(String) } })
      expect((await client.get(path)).body).toEqual(patched.body)

      const replaced = await client.put<BudgetItem>(path, other)
      expect(replaced).toMatchObject({ status: 200, body: { ...defaults, ...other } })

      expect(await client.delete(path)).toMatchObject({ status: 204 })
      expect(await client.get(path)).toMatchObject({ status: 404 })
      expect(await client.patch(path, patch)).toMatchObject({ status: 404 })
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
  const { status, body } = await client.post<BudgetItem>('/v1/budget-items', withAmount(amount))

  expect({ status, body }).toMatchObject({ status: 201, body: { amount_minor: expected } })
  const answered = await (await fetch(addressOf(body.id))).text()
  expect(answered).toContain(`"amount_minor":${expected},`)
  expect(
    await client.get(
      `/v1/budget-items?filter=${encodeURIComponent(`id == "${body.id}" && amount_minor == ${expected}`)}`,
    ),
  ).toMatchObject({
    body: { results: [{ amount_minor: expected }] },
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
  const answer = await client.post('/v1/budget-items', withAmount(amount))

  expect(answer).toMatchObject(code ? refusal(400, 'amount_minor', code) : { status: 400 })
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
  expect(await client.post('/v1/budget-items', { ...newItem(parties), ...overrides })).toMatchObject(
    refusal(400, field),
  )
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
  const sent = { ...newItem(parties), transaction_date: undefined }
  const { id, transaction_date, flow } = (await client.post<BudgetItem>('/v1/budget-items', sent)).body
  const after = new Date().toISOString().slice(0, 10)

  expect([before, after]).toContain(transaction_date)
  expect(flow).toBe('OUTFLOW')
  expect(await client.patch(`/v1/budget-items/${id}`, { transaction_date: null })).toMatchObject(
    refusal(400, 'transaction_date'),
  )
})

test('a payor or payee that is not there is named', async () => {
  const nobody = randomUUID()

  for (const field of ['payor_id', 'payee_id']) {
    const answer = await client.post('/v1/budget-items', newItem({ ...parties, [field]: nobody }))

    expect(answer).toMatchObject(refusal(400, field, 'reference_not_found'))
  }
  const { id } = await makeItem(parties)
  expect(await client.patch(`/v1/budget-items/${id}`, { payee_id: nobody })).toMatchObject(
    refusal(400, 'payee_id', 'reference_not_found'),
  )
})

test('nobody pays themselves, not after a patch either', async () => {
  const before = await makeItem(parties)
  const path = `/v1/budget-items/${before.id}`

  expect(await client.post('/v1/budget-items', newItem({ ...parties, payee_id: parties.payor_id }))).toMatchObject(
    refusal(400, 'payee_id', 'same_party'),
  )
  expect(await client.patch(path, { payee_id: parties.payor_id })).toMatchObject(refusal(400, 'payee_id', 'same_party'))
  expect(await client.patch(path, { payor_id: parties.payee_id, payee_id: parties.payor_id })).toMatchObject({
    status: 200,
  })
})

test('items are found by party, date and amount, and ordered', async () => {
  const [one, two, three] = await Promise.all([
    makeItem({ ...parties, category: 'b', transaction_date: '2026-03-01', amount_minor: 7 }),
    makeItem({ ...parties, category: 'a', transaction_date: '2026-03-02', amount_minor: 8 }),
    makeItem({ ...parties, transaction_date: '2026-03-02', amount_minor: 9 }),
  ])

  const filter = `payor_id == "${parties.payor_id}" && transaction_date >= "2026-03-01" && transaction_date < "2026-03-03" && amount_minor in [7, 8, 9]`
  const query = new URLSearchParams({ filter, order_by: '-transaction_date,category' })
  const { body } = await client.get<{ results: BudgetItem[] }>(`/v1/budget-items?${query}`)

  expect(body.results).toEqual([three, two, one])
})

const addressOf = (id: string) => `${inject('base_url')}/v1/budget-items/${id}`

/** JSON as it is written, because a number of JavaScript would not be. */
const withAmount = (amount: string): string =>
  JSON.stringify(newItem({ ...parties, amount_minor: 12345 })).replace('12345', amount)
