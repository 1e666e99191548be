import { randomUUID } from 'node:crypto'
import type { BodyOf } from '@mainspring/client'
import type { BudgetItemBody } from '@mainspring/client/house'
import { refusal } from '@mainspring/testing'
import { beforeAll, expect, test } from 'vitest'
import { newItem } from '../testing/books.ts'
import { client, count, etagOf, getItem, makeItem, makeParties, stranger } from '../testing/client.ts'

let parties: Awaited<ReturnType<typeof makeParties>>
beforeAll(async () => {
  parties = await makeParties()
})

type Requests<M extends string> = BodyOf<`/v1/budget-items:batch-${M}`, 'post'>['requests']

const createMany = (requests: readonly BudgetItemBody[]) =>
  client.post('/v1/budget-items:batch-create', { body: { requests } })
const getMany = (requests: Requests<'get'>) => client.post('/v1/budget-items:batch-get', { body: { requests } })
const updateMany = (requests: Requests<'update'>) =>
  client.post('/v1/budget-items:batch-update', { body: { requests } })
const deleteMany = (requests: Requests<'delete'>) =>
  client.post('/v1/budget-items:batch-delete', { body: { requests } })
const makeTwo = () => Promise.all([makeItem(parties), makeItem(parties)])

test('batches make, get, change and delete items in the order asked', async () => {
  const id = randomUUID()
  const made = await createMany([newItem({ ...parties, amount_minor: 1 }), newItem({ ...parties, id, flow: 'INFLOW' })])
  const ids = made.body.results.map((item) => ({ id: item.id })).toReversed()

  const got = await getMany(ids)
  const changed = await updateMany(ids.map((entry, index) => ({ ...entry, patch: { amount_minor: index } })))
  const gone = await deleteMany(ids)

  expect(made).toMatchObject({ status: 200, body: { results: [{ amount_minor: 1 }, { id, flow: 'INFLOW' }] } })
  expect(got).toMatchObject({ status: 200, body: { results: made.body.results.toReversed() } })
  expect(changed.body.results.map(({ id, amount_minor }) => [id, amount_minor])).toEqual(
    ids.map((entry, index) => [entry.id, index]),
  )
  expect(gone).toMatchObject({ status: 200, body: { results: ids } })
  await expect(getMany(ids)).rejects.toMatchObject({
    status: 404,
    errors: [{ field: 'requests[0].id' }, { field: 'requests[1].id' }],
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

  const refused = createMany([good, { ...good, ...overrides }, good])

  await expect(refused).rejects.toMatchObject(refusal(status, `requests[1].${field}`))
  expect(await count('budget-items', `category == "${category}"`)).toBe(0)
})

test('an id that is taken is named, and none is made', async () => {
  const category = randomUUID()
  const { id } = await makeItem(parties)

  const refused = createMany([newItem({ ...parties, category }), newItem({ ...parties, category, id })])

  await expect(refused).rejects.toMatchObject(refusal(409, 'requests[1].id', 'already_exists'))
  expect(await count('budget-items', `category == "${category}"`)).toBe(0)
})

test('every entry whose parties are wrong is named at once', async () => {
  const { payor_id, payee_id, ...bare } = newItem(parties)

  const refused = createMany([
    { ...bare, payor_id },
    { ...bare, payor_id, payee_id },
    { ...bare, payor_id, payor_name: 'Ada', payee_name: ' ' },
    { ...bare, payor_id, payee_id: payor_id },
  ])

  await expect(refused).rejects.toMatchObject({
    status: 400,
    errors: [
      { field: 'requests[0].payee_id', code: 'required' },
      { field: 'requests[2].payor_name', code: 'mismatch' },
      { field: 'requests[2].payee_name', code: 'too_short' },
      { field: 'requests[3].payee_id', code: 'same_party' },
    ],
  })
})

test.each<[string, object, number, string]>([
  ['an amount that is none', { patch: { amount_minor: 0.5 } }, 400, 'patch.amount_minor'],
  ['null for a currency', { patch: { currency_code: null } }, 400, 'patch.currency_code'],
  ['a payor who is not there', { patch: { payor_id: 'nobody-at-all' } }, 400, 'patch.payor_id'],
  ['a name', { patch: { payee_name: 'Ada' } }, 400, 'patch.payee_name'],
  ['a stale tag', { patch: {}, etag: '"stale"' }, 412, 'etag'],
])('one entry to change with %s, and none is changed', async (_, entry, status, field) => {
  const [one, other] = await makeTwo()

  const requests = [
    { id: one.id, patch: { amount_minor: 99 } },
    { id: other.id, ...entry },
  ]
  const { body } = await stranger.post('/v1/budget-items:batch-update', { requests })

  expect(body).toMatchObject(refusal(status, `requests[1].${field}`))
  expect(await getItem(one.id)).toEqual(one)
})

test('who would pay themselves after a change is named', async () => {
  const [one, other] = await makeTwo()

  const refused = updateMany([
    { id: one.id, patch: { amount_minor: 99 } },
    { id: other.id, patch: { payor_id: parties.payee_id } },
  ])

  await expect(refused).rejects.toMatchObject(refusal(400, 'requests[1].patch.payee_id', 'same_party'))
  expect(await getItem(one.id)).toEqual(one)
})

test('a batch deletes with tags, all or nothing', async () => {
  const [one, other] = await makeTwo()

  const refused = deleteMany([{ id: one.id }, { id: other.id, etag: '"stale"' }])
  await expect(refused).rejects.toMatchObject(refusal(412, 'requests[1].etag', 'etag_mismatch'))
  const tagged = await Promise.all([one, other].map(async ({ id, path }) => ({ id, etag: await etagOf(path) })))

  expect(await deleteMany(tagged)).toMatchObject({ status: 200 })
})

test('a batch of 1,000 items makes the payees of all names', async () => {
  const unique = randomUUID()
  const { payor_id, payee_id: _, ...bare } = newItem({ ...parties, category: unique })
  const requests = Array.from({ length: 1_000 }, (_, index) => ({
    ...bare,
    payor_id,
    payee_name: `${unique} ${index % 400}`,
  }))

  const { status, body } = await createMany(requests)

  expect(status).toBe(200)
  expect(new Set(body.results.map(({ payee_id }) => payee_id)).size).toBe(400)
  expect(await count('payees', `name.startsWith("${unique}")`)).toBe(400)
  expect(await deleteMany(body.results.map(({ id }) => ({ id })))).toMatchObject({ status: 200 })
})
