import { randomUUID } from 'node:crypto'
import type { PayeeBody, PayeePatch } from '@mainspring/client/house'
import { arbitraryOf, refusal } from '@mainspring/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Payee } from '../entities/payee.ts'
import { newPayee } from '../testing/books.ts'
import { client, count, etagOf, exists, makeItem, makePayee, newName, stranger } from '../testing/client.ts'

const path = '/v1/payees/{payee_id}'

const arbitraryPayee = arbitraryOf(Payee, {
  name: fc
    .string({ unit: 'binary', minLength: 1, maxLength: 200 })
    .map((text) => `${text.slice(0, 100)}x`.replaceAll('\0', '0')),
  phone: fc.constantFrom(null, '+4930123456', '+442079460018'),
})

test('any valid payee comes back as it was sent, patched where it was patched, and is gone when it is deleted', async () => {
  const patches = fc.tuple(arbitraryPayee, fc.subarray(['name', 'email', 'phone', 'note'] as const))
  await fc.assert(
    fc.asyncProperty(arbitraryPayee, patches, async (sent, [other, names]) => {
      const { status, body: created } = await client.post('/v1/payees', { body: sent })
      const params = { payee_id: created.id }
      expect({ status, created }).toMatchObject({ status: 201, created: sent })
      expect((await client.get(path, { params })).body).toEqual(created)

      const patch = Object.fromEntries(names.map((name) => [name, other[name] ?? null]))
      const patched = await client.patch(path, { params, body: patch })
      expect(patched).toMatchObject({ status: 200, body: { ...created, ...patch, update_time: expect.any(String) } })
      expect((await client.get(path, { params })).body).toEqual(patched.body)

      expect(await client.delete(path, { params })).toMatchObject({ status: 204 })
      await expect(client.get(path, { params })).rejects.toMatchObject({ status: 404 })
    }),
    { numRuns: 30 },
  )
})

test('several payees may have one name, and are found by it', async () => {
  const name = newName()
  const [one, other] = [await makePayee({ name }), await makePayee({ name })]

  const query = { filter: `name == ${JSON.stringify(name)}` }
  const { body } = await client.get('/v1/payees', { query })

  expect(body.results.map(({ id }) => id)).toEqual([one.id, other.id])
})

test('payees are found by phone and e-mail, and ordered by name', async () => {
  const email = `${randomUUID()}@bakery.example`
  for (const name of ['b', 'a', 'C']) await makePayee({ name, email, phone: '+4930123456' })

  const query = { filter: `email == "${email}" && phone == "+4930123456"`, order_by: '-name' }
  const { body } = await client.get('/v1/payees', { query })

  expect(body.results.map(({ name }) => name)).toEqual(['b', 'a', 'C'])
})

test.each([
  ['no name', { name: undefined }, 'name'],
  ['an empty name', { name: '' }, 'name'],
  ['a blank name', { name: ' \u00a0\n' }, 'name'],
  ['a long name', { name: 'x'.repeat(201) }, 'name'],
  ['a name with NUL', { name: 'a\0' }, 'name'],
  ['half an e-mail address', { email: 'ada@' }, 'email'],
  ['an empty note', { note: '' }, 'note'],
  ['a phone that is none', { phone: 'call me' }, 'phone'],
  ['a phone with an extension', { phone: '+4930123456 ext. 7' }, 'phone'],
  ['a phone of no country', { phone: '+999123456' }, 'phone'],
  ['an address', { street: 'North 1' }, 'street'],
  ['a derived column', { name_key: 'x' }, 'name_key'],
])('a payee with %s is a 400 that names it', async (_, overrides, field) => {
  const { body } = await stranger.post('/v1/payees', { ...newPayee(), ...overrides })

  expect(body).toMatchObject(refusal(400, field))
})

test('a phone is kept as E.164, however it came', async () => {
  const { id, phone } = await makePayee({ phone: '+49 (0)30 / 12 34-56' })
  const params = { payee_id: id }
  const patched = await client.patch(path, { params, body: { phone: '+44 20 7946 0018' } })
  const applied = await client.put(path, { params, body: newPayee({ phone: 'tel:+1-212-555-2368' }) })
  const refused = client.patch(path, { params, body: { phone: 'none' } })

  expect([phone, patched.body.phone, applied.body.phone]).toEqual(['+4930123456', '+442079460018', '+12125552368'])
  await expect(refused).rejects.toMatchObject(refusal(400, 'phone', 'phone_invalid'))
})

test('a patch that would leave a payee invalid changes nothing', async () => {
  const before = await makePayee()
  const params = { payee_id: before.id }
  const patch = (body: PayeePatch) => client.patch(path, { params, body })

  await expect(patch({ name: null })).rejects.toMatchObject(refusal(400, 'name'))
  await expect(patch({ name: '  ', note: 'n' })).rejects.toMatchObject(refusal(400, 'name'))
  await expect(patch({ id: 'other' })).rejects.toMatchObject(refusal(400, 'id'))

  expect((await client.get(path, { params })).body).toEqual(before)
})

test('PUT makes a payee and replaces it, and absent fields are empty then', async () => {
  const params = { payee_id: randomUUID() }

  const made = await client.put(path, { params, body: newPayee({ note: 'n', email: 'a@b.example' }) })
  const replaced = await client.put(path, { params, body: newPayee({ name: 'Other' }) })

  expect(made).toMatchObject({ status: 201, body: { note: 'n', email: 'a@b.example' } })
  expect(replaced).toMatchObject({ status: 200, body: { name: 'Other', note: null, email: null } })
})

test('batches make, get, change and delete payees, all or nothing', async () => {
  const name = newName()
  const made = await createMany({ name, phone: '+49 30 123456' }, { name, note: 'n' })
  const ids = made.body.results.map(({ id }) => ({ id }))
  const change = (patchOf: (id: string, index: number) => PayeePatch) =>
    client.post('/v1/payees:batch-update', {
      body: { requests: ids.map(({ id }, index) => ({ id, patch: patchOf(id, index) })) },
    })

  const refused = change((_, index) => (index ? { phone: '12' } : { note: 'changed' }))
  await expect(refused).rejects.toMatchObject(refusal(400, 'requests[1].patch.phone', 'phone_invalid'))
  const got = await client.post('/v1/payees:batch-get', { body: { requests: ids } })
  const changed = await change((id) => ({ note: id }))
  const gone = await deleteMany(...ids)

  expect(made).toMatchObject({
    status: 200,
    body: {
      results: [
        { name, phone: '+4930123456' },
        { name, note: 'n' },
      ],
    },
  })
  expect(got.body).toEqual(made.body)
  expect(changed.body.results.map(({ note }) => note)).toEqual(ids.map(({ id }) => id))
  expect(gone).toMatchObject({ status: 200, body: { results: ids } })
  expect(await count('payees', `name == "${name}"`)).toBe(0)
})

test('a batch names every wrong entry and field, and makes none', async () => {
  const name = newName()

  await expect(createMany({ name }, { name, phone: '1' }, { name, phone: '2' })).rejects.toMatchObject({
    ...{ status: 400, code: 'phone_invalid' },
    errors: [{ field: 'requests[1].phone' }, { field: 'requests[2].phone' }],
  })
  await expect(createMany({ name }, { name: '', email: 'x' })).rejects.toMatchObject({
    errors: [{ field: 'requests[1].name' }, { field: 'requests[1].email' }],
  })
  await expect(createMany({ name: ' ' }, { name }, { name: '\t' })).rejects.toMatchObject({
    errors: [{ field: 'requests[0].name' }, { field: 'requests[2].name' }],
  })
  expect(await count('payees', `name == "${name}"`)).toBe(0)
})

test('a payee that items use stays, and it is said how many they are, on both sides', async () => {
  const [shop, ada] = [await makePayee(), await makePayee()]
  await makeItem({ payor_id: shop.id, payee_id: ada.id })
  for (const _ of 'ab') await makeItem({ payor_id: ada.id, payee_id: shop.id })
  await makeItem()

  const params = { payee_id: shop.id }
  const refused = { status: 409, code: 'has_dependents', members: { dependents: 3 } }
  await expect(client.delete(path, { params })).rejects.toMatchObject(refused)
  await expect(deleteMany({ id: shop.id })).rejects.toMatchObject(refusal(409, 'requests[0]'))
  await expect(client.delete(path, { params, query: { force: false } })).rejects.toMatchObject(refused)
  expect(await client.get(path, { params })).toMatchObject({ status: 200 })
})

test('a payee that is forced out takes its items along, and no others', async () => {
  const [shop, ada, eve] = [await makePayee(), await makePayee(), await makePayee()]
  const bought = await makeItem({ payor_id: ada.id, payee_id: shop.id })
  const refunded = await makeItem({ payor_id: shop.id, payee_id: ada.id })
  const other = await makeItem({ payor_id: ada.id, payee_id: eve.id })

  const headers = { 'If-Match': await etagOf(shop.path) }
  await client.delete(path, { params: { payee_id: shop.id }, query: { force: true }, headers })

  for (const { path } of [shop, bought, refunded]) expect(await exists(path)).toBe(false)
  for (const { path } of [ada, eve, other]) expect(await exists(path)).toBe(true)
})

test.each<[string, (id: string) => Promise<unknown>]>([
  ['deleted', (payee_id) => client.delete(path, { params: { payee_id } })],
  [
    'merged into another',
    async (payee_id) =>
      client.post(`${path}:merge`, { params: { payee_id }, body: { into_payee_id: (await makePayee()).id } }),
  ],
])('what events say of a payee is gone when it is %s', async (_, remove) => {
  const { id } = await makePayee()
  const events = async () => {
    const body = { subject: `payees/${id}`, service: 'budget', dry_run: true }
    return (await client.post('/v1/operations/subjects:erase', { body })).body.events
  }
  const before = await events()

  await remove(id)

  expect([before, await events()]).toEqual([1, 0])
})

test('a batch may force payees out whose items are between them', async () => {
  const item = await makeItem()

  await deleteMany({ id: item.payor_id, force: true }, { id: item.payee_id, force: true })

  expect(await exists(item.path)).toBe(false)
})

test('a name may be as long as it can be when it is folded, too', async () => {
  const name = 'ﬃ'.repeat(200)

  const params = { payee_id: (await makePayee({ name })).id }

  expect(await client.get(path, { params })).toMatchObject({ body: { name } })
  await client.delete(path, { params })
})

const createMany = (...requests: readonly PayeeBody[]) => client.post('/v1/payees:batch-create', { body: { requests } })

const deleteMany = (...requests: readonly { readonly id: string; readonly force?: boolean }[]) =>
  client.post('/v1/payees:batch-delete', { body: { requests } })
