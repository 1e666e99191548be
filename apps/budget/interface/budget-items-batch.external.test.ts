import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import type { BudgetItem } from '../entities/budget-item.ts'
import { newItem } from '../testing/books.ts'
import { client, count, etagOf, getItem, makeItem, makeParties, refusal } from '../testing/client.ts'

interface Results {
  readonly results: readonly BudgetItem[]
}

let parties: Awaited<ReturnType<typeof makeParties>>
beforeAll(async () => {
  parties = await makeParties()
})

const send = (method: string, requests: readonly object[]) =>
  client.post<Results>(`/v1/budget-items:${method}`, { requests })
const make = async (howMany: number) => Promise.all(Array.from({ length: howMany }, () => makeItem(parties)))

test('batches make, get, change and delete items in the order asked', async () => {
  const id = randomUUID()
  const made = await send('batch-create', [
    newItem({ ...parties, amount_minor: 1 }),
    newItem({ ...parties, id, flow: 'INFLOW' }),
  ])
  const ids = made.body.results.map((item) => ({ id: item.id })).toReversed()

  const got = await send('batch-get', ids)
  const changed = await send(
    'batch-update',
    ids.map((entry, index) => ({ ...entry, patch: { amount_minor: index } })),
  )
  const gone = await send('batch-delete', ids)

  expect(made).toMatchObject({ status: 200, body: { results: [{ amount_minor: 1 }, { id, flow: 'INFLOW' }] } })
  expect(got).toMatchObject({ status: 200, body: { results: made.body.results.toReversed() } })
  expect(changed.body.results.map(({ id, amount_minor }) => [id, amount_minor])).toEqual(
    ids.map((entry, index) => [entry.id, index]),
  )
  expect(gone).toMatchObject({ status: 200, body: { results: ids } })
  expect(await send('batch-get', ids)).toMatchObject({
    status: 404,
    body: { errors: [{ field: 'requests[0].id' }, { field: 'requests[1].id' }] },
  })
})

test.each<[string, object, number, string]>([
  ['a negative amount', { amount_minor: -1 }, 400, 'amount_minor'],
  ['a payee who is not there', { payee_id: 'nobody-at-all' }, 400, 'payee_id'],
  ['an unknown field', { price: 1 }, 400, 'price'],
  ['a name and an id', { payor_name: 'Ada' }, 400, 'payor_name'],
])('one entry of many with %s, and none is made', async (_, overrides, status, field) => {
  const category = randomUUID()
  const good = newItem({ ...parties, category })

  expect(await send('batch-create', [good, { ...good, ...overrides }, good])).toMatchObject(
    refusal(status, `requests[1].${field}`),
  )
  expect(await count('budget-items', `category == "${category}"`)).toBe(0)
})

test('an id that is taken is named, and none is made', async () => {
  const category = randomUUID()
  const { id } = await makeItem(parties)

  const answer = await send('batch-create', [newItem({ ...parties, category }), newItem({ ...parties, category, id })])

  expect(answer).toMatchObject(refusal(409, 'requests[1].id', 'already_exists'))
  expect(await count('budget-items', `category == "${category}"`)).toBe(0)
})

test('every entry whose parties are wrong is named at once', async () => {
  const { payor_id, payee_id, ...bare } = newItem(parties)

  const answer = await send('batch-create', [
    { ...bare, payor_id },
    { ...bare, payor_id, payee_id },
    { ...bare, payor_id, payor_name: 'Ada', payee_name: ' ' },
    { ...bare, payor_id, payee_id: payor_id },
  ])

  expect(answer).toMatchObject({
    status: 400,
    body: {
      errors: [
        { field: 'requests[0].payee_id', code: 'required' },
        { field: 'requests[2].payor_name', code: 'mismatch' },
        { field: 'requests[2].payee_name', code: 'too_short' },
        { field: 'requests[3].payee_id', code: 'same_party' },
      ],
    },
  })
})

test.each<[string, object, number, string]>([
  ['an amount that is none', { patch: { amount_minor: 0.5 } }, 400, 'patch.amount_minor'],
  ['null for a currency', { patch: { currency_code: null } }, 400, 'patch.currency_code'],
  ['a payor who is not there', { patch: { payor_id: 'nobody-at-all' } }, 400, 'patch.payor_id'],
  ['a name', { patch: { payee_name: 'Ada' } }, 400, 'patch.payee_name'],
  ['a stale tag', { patch: {}, etag: '"stale"' }, 412, 'etag'],
])('one entry to change with %s, and none is changed', async (_, entry, status, field) => {
  const [one, other] = await make(2)

  const answer = await send('batch-update', [
    { id: one?.id, patch: { amount_minor: 99 } },
    { id: other?.id, ...entry },
  ])

  expect(answer).toMatchObject(refusal(status, `requests[1].${field}`))
  expect(await getItem(one?.id ?? '')).toEqual(one)
})

test('who would pay themselves after a change is named', async () => {
  const [one, other] = await make(2)

  const answer = await send('batch-update', [
    { id: one?.id, patch: { amount_minor: 99 } },
    { id: other?.id, patch: { payor_id: parties.payee_id } },
  ])

  expect(answer).toMatchObject(refusal(400, 'requests[1].patch.payee_id', 'same_party'))
  expect(await getItem(one?.id ?? '')).toEqual(one)
})

test('a batch deletes with tags, all or nothing', async () => {
  const [one, other] = await make(2)
  const entries = [one, other].map((item) => ({ id: item?.id, etag: '' }))

  const refused = await send('batch-delete', [{ id: one?.id }, { id: other?.id, etag: '"stale"' }])
  const tagged = await Promise.all(entries.map(async ({ id }) => ({ id, etag: await etagOf(`budget-items/${id}`) })))

  expect(refused).toMatchObject(refusal(412, 'requests[1].etag', 'etag_mismatch'))
  expect(await send('batch-delete', tagged)).toMatchObject({ status: 200 })
})

test('a batch of 1,000 items makes the payees of all names', async () => {
  const unique = randomUUID()
  const { payor_id, payee_id: _, ...bare } = newItem({ ...parties, category: unique })
  const requests = Array.from({ length: 1_000 }, (_, index) => ({
    ...bare,
    payor_id,
    payee_name: `${unique} ${index % 400}`,
  }))

  const { status, body } = await send('batch-create', requests)

  expect(status).toBe(200)
  expect(new Set(body.results.map(({ payee_id }) => payee_id)).size).toBe(400)
  expect(await count('payees', `name.startsWith("${unique}")`)).toBe(400)
  expect(
    await send(
      'batch-delete',
      body.results.map(({ id }) => ({ id })),
    ),
  ).toMatchObject({ status: 200 })
})
