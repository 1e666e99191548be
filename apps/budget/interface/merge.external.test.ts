import { randomUUID } from 'node:crypto'
import type { BudgetItemBody } from '@mainspring/client/house'
import { refusal } from '@mainspring/testing'
import { expect, test } from 'vitest'
import { newItem } from '../testing/books.ts'
import { client, etagOf, exists, getItem, makeItem, makePayee, newName, stranger } from '../testing/client.ts'

const merge = (payee_id: string, into_payee_id: string, headers = {}) =>
  client.post('/v1/payees/{payee_id}:merge', { params: { payee_id }, body: { into_payee_id }, headers })
const create = (body: BudgetItemBody) => client.post('/v1/budget-items', { body })

test('the items of both sides move, with new tags, and who was merged is gone', async () => {
  const [old, kept, other] = [await makePayee(), await makePayee(), await makePayee()]
  const paid = await makeItem({ payor_id: old.id, payee_id: other.id })
  const got = await makeItem({ payor_id: other.id, payee_id: old.id })
  const foreign = await makeItem({ payor_id: other.id, payee_id: kept.id })
  const [tag, foreignTag] = [await etagOf(paid.path), await etagOf(foreign.path)]

  const { status, headers, body } = await merge(old.id, kept.id)

  expect({ status, body }).toMatchObject({ status: 200, body: { id: kept.id, name: kept.name } })
  expect(headers.get('etag')).toBe(await etagOf(kept.path))
  expect(await getItem(paid.id)).toMatchObject({ payor_id: kept.id, payee_id: other.id })
  expect(await getItem(got.id)).toMatchObject({ payor_id: other.id, payee_id: kept.id })
  expect(await exists(old.path)).toBe(false)
  expect(await etagOf(paid.path)).not.toBe(tag)
  expect(await etagOf(foreign.path)).toBe(foreignTag)
})

test('what the survivor lacks is taken over, and what it has stays', async () => {
  const old = await makePayee({ email: 'old@x.example', phone: '+4930123456', note: 'old' })
  const kept = await makePayee({ phone: '+442079460018' })

  const { body } = await merge(old.id, kept.id)

  const { update_time, ...rest } = kept
  expect(body).toMatchObject({ ...rest, email: 'old@x.example', note: 'old', phone: '+442079460018' })
  expect((await client.get('/v1/payees/{payee_id}', { params: { payee_id: kept.id } })).body).toEqual(body)
})

test('payees that trade with each other cannot become one', async () => {
  const item = await makeItem()
  await makeItem({ payor_id: item.payee_id, payee_id: item.payor_id })

  const refused = merge(item.payor_id, item.payee_id)

  await expect(refused).rejects.toMatchObject({ status: 409, code: 'payees_trade', members: { items: 2 } })
  expect(await getItem(item.id)).toEqual(item)
})

test('a payee becomes no other by being merged into itself', async () => {
  const { id, path } = await makePayee()

  await expect(merge(id, id)).rejects.toMatchObject(refusal(400, 'into_payee_id', 'merge_into_itself'))
  expect(await exists(path)).toBe(true)
})

test('those who are not there are told apart', async () => {
  const { id, path } = await makePayee()
  const nobody = randomUUID()

  const members = { path: `payees/${nobody}` }
  const unknown = refusal(404, 'into_payee_id', 'not_found')
  await expect(merge(id, nobody)).rejects.toMatchObject({ ...unknown, members })
  await expect(merge(nobody, id)).rejects.toMatchObject({ status: 404, code: 'not_found', members })
  expect(await exists(path)).toBe(true)
})

test.each<[string, object, string]>([
  ['without the other', {}, 'into_payee_id'],
  ['into an id that none could have', { into_payee_id: 'Not An Id' }, 'into_payee_id'],
  ['with more than that', { into_payee_id: 'x', force: true }, 'force'],
])('a merge %s is a 400', async (_, body, field) => {
  const { id } = await makePayee()

  expect((await stranger.post(`/v1/payees/${id}:merge`, body)).body).toMatchObject(refusal(400, field))
})

test('a merge may depend on the one that goes being as it was read', async () => {
  const [old, kept] = [await makePayee(), await makePayee()]
  const stale = await etagOf(old.path)
  await client.patch('/v1/payees/{payee_id}', { params: { payee_id: old.id }, body: { note: 'changed' } })

  const refused = merge(old.id, kept.id, { 'If-Match': stale })
  await expect(refused).rejects.toMatchObject({ status: 412, code: 'etag_mismatch' })
  expect(await exists(old.path)).toBe(true)
  expect(await merge(old.id, kept.id, { 'If-Match': await etagOf(old.path) })).toMatchObject({ status: 200 })
})

test('a second merge finds nobody, and one under the same key gets the first answer', async () => {
  const [old, kept] = [await makePayee(), await makePayee()]
  const headers = { 'Idempotency-Key': randomUUID() }

  const first = await merge(old.id, kept.id, headers)
  const repeat = await merge(old.id, kept.id, headers)

  expect(repeat).toMatchObject({ status: 200, body: first.body })
  await expect(merge(old.id, kept.id)).rejects.toMatchObject({ status: 404 })
})

test('the name of who was merged is nobody’s then', async () => {
  const [old, kept] = [await makePayee(), await makePayee()]
  await merge(old.id, kept.id)

  const { payor_id: _, ...bare } = newItem({ payee_id: kept.id })
  const { body } = await create({ ...bare, payor_name: old.name })

  expect([old.id, kept.id]).not.toContain(body.payor_id)
})

test('two of one name that were merged are found by it', async () => {
  const name = newName()
  const [one, other] = [await makePayee({ name }), await makePayee({ name })]
  const { payor_id: _, ...bare } = newItem({ payee_id: (await makePayee()).id })
  const item = { ...bare, payor_name: name }

  await expect(create(item)).rejects.toMatchObject({ status: 409, code: 'payee_ambiguous' })
  await merge(one.id, other.id)

  expect(await create(item)).toMatchObject({ status: 201, body: { payor_id: other.id } })
})
