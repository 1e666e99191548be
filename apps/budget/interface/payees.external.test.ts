import { randomUUID } from 'node:crypto'
import { arbitraryOf } from '@mainspring/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Payee } from '../entities/payee.ts'
import { newPayee } from '../testing/books.ts'
import { client, count, etagOf, makeItem, makePayee, newName, refusal } from '../testing/client.ts'

interface Results {
  readonly results: readonly Payee[]
}

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
      const { status, body: created } = await client.post<Payee>('/v1/payees', sent)
      const path = `/v1/payees/${created.id}`
      expect({ status, created }).toMatchObject({ status: 201, created: sent })
      expect((await client.get(path)).body).toEqual(created)

      const patch = Object.fromEntries(names.map((name) => [name, other[name] ?? null]))
      const patched = await client.patch<Payee>(path, patch)
      expect(patched).toMatchObject({ status: 200, body: { ...created, ...patch, update_time: expect.any(String) } })
      expect((await client.get(path)).body).toEqual(patched.body)

      expect(await client.delete(path)).toMatchObject({ status: 204 })
      expect(await client.get(path)).toMatchObject({ status: 404 })
    }),
    { numRuns: 30 },
  )
})

test('several payees may have one name, and are found by it', async () => {
  const name = newName()
  const [one, other] = [await makePayee({ name }), await makePayee({ name })]

  const query = new URLSearchParams({ filter: `name == ${JSON.stringify(name)}` })
  const { body } = await client.get<Results>(`/v1/payees?${query}`)

  expect(body.results.map(({ id }) => id)).toEqual([one.id, other.id])
})

test('payees are found by phone and e-mail, and ordered by name', async () => {
  const email = `${randomUUID()}@bakery.example`
  for (const name of ['b', 'a', 'C']) await makePayee({ name, email, phone: '+4930123456' })

  const query = new URLSearchParams({ filter: `email == "${email}" && phone == "+4930123456"`, order_by: '-name' })
  const { body } = await client.get<Results>(`/v1/payees?${query}`)

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
  expect(await client.post('/v1/payees', { ...newPayee(), ...overrides })).toMatchObject(refusal(400, field))
})

test('a phone is kept as E.164, however it came', async () => {
  const { id, phone } = await makePayee({ phone: '+49 (0)30 / 12 34-56' })
  const patched = await client.patch<Payee>(`/v1/payees/${id}`, { phone: '+44 20 7946 0018' })
  const applied = await client.put<Payee>(`/v1/payees/${id}`, newPayee({ phone: 'tel:+1-212-555-2368' }))

  expect([phone, patched.body.phone, applied.body.phone]).toEqual(['+4930123456', '+442079460018', '+12125552368'])
  expect(await client.patch(`/v1/payees/${id}`, { phone: 'none' })).toMatchObject(
    refusal(400, 'phone', 'phone_invalid'),
  )
})

test('a patch that would leave a payee invalid changes nothing', async () => {
  const before = await makePayee()
  const path = `/v1/payees/${before.id}`

  expect(await client.patch(path, { name: null })).toMatchObject(refusal(400, 'name'))
  expect(await client.patch(path, { name: '  ', note: 'n' })).toMatchObject(refusal(400, 'name'))
  expect(await client.patch(path, { id: 'other' })).toMatchObject(refusal(400, 'id'))

  expect((await client.get(path)).body).toEqual(before)
})

test('PUT makes a payee and replaces it, and absent fields are empty then', async () => {
  const path = `/v1/payees/${randomUUID()}`

  const made = await client.put<Payee>(path, newPayee({ note: 'n', email: 'a@b.example' }))
  const replaced = await client.put<Payee>(path, newPayee({ name: 'Other' }))

  expect(made).toMatchObject({ status: 201, body: { note: 'n', email: 'a@b.example' } })
  expect(replaced).toMatchObject({ status: 200, body: { name: 'Other', note: null, email: null } })
})

test('batches make, get, change and delete payees, all or nothing', async () => {
  const name = newName()
  const made = await send('batch-create', [
    { name, phone: '+49 30 123456' },
    { name, note: 'n' },
  ])
  const ids = made.body.results.map(({ id }) => ({ id }))

  const refused = await send('batch-update', [
    { id: ids[0]?.id, patch: { note: 'changed' } },
    { id: ids[1]?.id, patch: { phone: '12' } },
  ])
  const got = await send('batch-get', ids)
  const changed = await send(
    'batch-update',
    ids.map(({ id }) => ({ id, patch: { note: id } })),
  )
  const gone = await send('batch-delete', ids)

  expect(made).toMatchObject({
    status: 200,
    body: {
      results: [
        { name, phone: '+4930123456' },
        { name, note: 'n' },
      ],
    },
  })
  expect(refused).toMatchObject(refusal(400, 'requests[1].patch.phone', 'phone_invalid'))
  expect(got.body).toEqual(made.body)
  expect(changed.body.results.map(({ note }) => note)).toEqual(ids.map(({ id }) => id))
  expect(gone).toMatchObject({ status: 200, body: { results: ids } })
  expect(await count('payees', `name == "${name}"`)).toBe(0)
})

test('a batch names every wrong entry and field, and makes none', async () => {
  const name = newName()

  const phones = await send('batch-create', [{ name }, { name, phone: '1' }, { name, phone: '2' }])
  const fields = await send('batch-create', [{ name }, { name: '', email: 'x' }])
  const blanks = await send('batch-create', [{ name: ' ' }, { name }, { name: '\t' }])

  expect(phones).toMatchObject({
    status: 400,
    body: { code: 'phone_invalid', errors: [{ field: 'requests[1].phone' }, { field: 'requests[2].phone' }] },
  })
  expect(fields.body).toMatchObject({ errors: [{ field: 'requests[1].name' }, { field: 'requests[1].email' }] })
  expect(blanks.body).toMatchObject({ errors: [{ field: 'requests[0].name' }, { field: 'requests[2].name' }] })
  expect(await count('payees', `name == "${name}"`)).toBe(0)
})

test('a payee that items use stays, and it is said how many they are, on both sides', async () => {
  const [shop, ada] = [await makePayee(), await makePayee()]
  await makeItem({ payor_id: shop.id, payee_id: ada.id })
  for (const _ of 'ab') await makeItem({ payor_id: ada.id, payee_id: shop.id })
  await makeItem()

  const refused = { status: 409, body: { code: 'has_dependents', dependents: 3 } }
  expect(await client.delete(`/v1/payees/${shop.id}`)).toMatchObject(refused)
  expect(await send('batch-delete', [{ id: shop.id }])).toMatchObject({
    status: 409,
    body: { errors: [{ field: 'requests[0]' }] },
  })
  expect(await client.delete(`/v1/payees/${shop.id}?force=false`)).toMatchObject(refused)
  expect(await client.get(`/v1/payees/${shop.id}`)).toMatchObject({ status: 200 })
})

test('a payee that is forced out takes its items along, and no others', async () => {
  const [shop, ada, eve] = [await makePayee(), await makePayee(), await makePayee()]
  const bought = await makeItem({ payor_id: ada.id, payee_id: shop.id })
  const refunded = await makeItem({ payor_id: shop.id, payee_id: ada.id })
  const other = await makeItem({ payor_id: ada.id, payee_id: eve.id })

  expect(
    await client.delete(`/v1/payees/${shop.id}?force=true`, { 'If-Match': await etagOf(shop.path) }),
  ).toMatchObject({ status: 204 })

  for (const { path } of [shop, bought, refunded])
    expect(await client.get(`/v1/${path}`)).toMatchObject({ status: 404 })
  for (const { path } of [ada, eve, other]) expect(await client.get(`/v1/${path}`)).toMatchObject({ status: 200 })
})

test('a batch may force payees out whose items are between them', async () => {
  const item = await makeItem()

  const gone = await send('batch-delete', [
    { id: item.payor_id, force: true },
    { id: item.payee_id, force: true },
  ])

  expect(gone).toMatchObject({ status: 200 })
  expect(await client.get(`/v1/${item.path}`)).toMatchObject({ status: 404 })
})

test('a name may be as long as it can be when it is folded, too', async () => {
  const name = 'ﬃ'.repeat(200)

  const { path } = await makePayee({ name })

  expect(await client.get(`/v1/${path}`)).toMatchObject({ status: 200, body: { name } })
  await client.delete(`/v1/${path}`)
})

const send = (method: string, requests: readonly object[]) => client.post<Results>(`/v1/payees:${method}`, { requests })
