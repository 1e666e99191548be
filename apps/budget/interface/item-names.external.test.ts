import type { BudgetItemBody } from '@mainspring/client/house'
import { refusal } from '@mainspring/testing'
import { expect, test } from 'vitest'
import { newItem } from '../testing/books.ts'
import { client, count, getItem, makeItem, makeParties, makePayee, newName, stranger } from '../testing/client.ts'

type Parties = Partial<BudgetItemBody>

/** An item without its parties. */
const { payor_id: _, payee_id: __, ...bare } = newItem()
const create = (parties: Parties) => client.post('/v1/budget-items', { body: { ...bare, ...parties } })
const createMany = (...parties: readonly Parties[]) =>
  client.post('/v1/budget-items:batch-create', { body: { requests: parties.map((each) => ({ ...bare, ...each })) } })
const named = (name: string) => count('payees', `name == ${JSON.stringify(name)}`)

test('names that nobody has make payees, and then find them', async () => {
  const [payor_name, payee_name] = [newName(), newName()]

  const first = await create({ payor_name, payee_name })
  const second = await create({ payor_name: payee_name.toUpperCase(), payee_name: `\n${payor_name.toLowerCase()}  ` })

  expect(first.status).toBe(201)
  const params = { payee_id: first.body.payor_id }
  expect((await client.get('/v1/payees/{payee_id}', { params })).body).toMatchObject({ name: payor_name, email: null })
  expect(second.body).toMatchObject({ payor_id: first.body.payee_id, payee_id: first.body.payor_id })
})

test('a party may be given by id and the other by name', async () => {
  const { id, name } = await makePayee()
  const payee_name = newName()

  const { status, body } = await create({ payor_id: id, payee_name })

  expect({ status, body }).toMatchObject({ status: 201, body: { payor_id: id } })
  expect(body).not.toHaveProperty('payee_name')
  expect((await create({ payor_name: name, payee_id: body.payee_id })).body).toMatchObject({
    payor_id: id,
    payee_id: body.payee_id,
  })
})

test.each([
  ['Straße', 'STRASSE'],
  ['Café', 'cafe\u0301'],
  ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ['Kelvin', '\u212Aelvin'],
  ['İstanbul', 'i\u0307stanbul'],
  ['two  words', 'Two\u00a0Words'],
])('%s is %s', async (one, other) => {
  const unique = newName()
  const first = await create({ payor_name: `${one} ${unique}`, payee_name: newName() })

  const second = await create({ payor_name: `${other} ${unique}`, payee_name: newName() })

  expect(second.body.payor_id).toBe(first.body.payor_id)
})

test.each([
  ['Zoe', 'Zoë'],
  ['İstanbul', 'istanbul'],
  ['AB', 'A B'],
  ["O'Neill", 'O’Neill'],
])('%s is not %s', async (one, other) => {
  const unique = newName()

  const { body } = await create({ payor_name: `${one} ${unique}`, payee_name: `${other} ${unique}` })

  expect(body.payor_id).not.toBe(body.payee_id)
})

test.each<[string, object, string, string]>([
  ['without a payee', { payor_name: 'Ada' }, 'payee_id', 'required'],
  ['with nulls', { payor_name: 'Ada', payee_id: null, payee_name: null }, 'payee_id', 'required'],
  ['with a payee twice', { payor_name: 'Ada', payee_id: 'b', payee_name: 'Bob' }, 'payee_name', 'mismatch'],
  ['with an empty name', { payor_name: '', payee_name: 'Bob' }, 'payor_name', 'too_short'],
  ['with a blank name', { payor_name: ' \u2003\t', payee_name: 'Bob' }, 'payor_name', 'too_short'],
  ['with a long name', { payor_name: 'x'.repeat(201), payee_name: 'Bob' }, 'payor_name', 'too_long'],
  ['with a number for a name', { payor_name: 5, payee_name: 'Bob' }, 'payor_name', 'type'],
  ['of one and the same', { payor_name: 'Ada', payee_name: ' ADA' }, 'payee_name', 'same_party'],
])('an item %s is refused, alone and in a batch', async (_, parties, field, code) => {
  const names = { payor_name: newName(), payee_name: newName() }
  const requests = [names, parties].map((each) => ({ ...bare, ...each }))

  const alone = await stranger.post('/v1/budget-items', { ...bare, ...parties })
  const among = await stranger.post('/v1/budget-items:batch-create', { requests })

  expect(alone.body).toMatchObject(refusal(400, field, code))
  expect(among.body).toMatchObject(refusal(400, `requests[1].${field}`, code))
  expect(await named(names.payor_name)).toBe(0)
})

test('a name that several have is refused with their ids, alone and in a batch', async () => {
  const name = newName()
  const ids = [await makePayee({ name }), await makePayee({ name: ` ${name.toUpperCase()}` })]
    .map(({ id }) => id)
    .toSorted()
  const other = newName()

  const one = create({ payor_name: name, payee_name: other })
  const detail = expect.stringContaining(ids.join(', '))
  const refused = { status: 409, code: 'payee_ambiguous', members: { payee_ids: ids } }
  await expect(one).rejects.toMatchObject({ ...refused, errors: [{ field: 'payor_name', detail }] })
  const many = createMany(
    { payor_name: other, payee_name: newName() },
    { payor_name: newName(), payee_name: name.toLowerCase() },
  )
  await expect(many).rejects.toMatchObject({ ...refused, errors: [{ field: 'requests[1].payee_name', detail }] })
  expect(await named(other)).toBe(0)
})

test('one of those that share a name may be chosen by id', async () => {
  const name = newName()
  const [chosen] = [await makePayee({ name }), await makePayee({ name })]

  expect(await create({ payor_id: chosen?.id, payee_name: newName() })).toMatchObject({
    status: 201,
    body: { payor_id: chosen?.id },
  })
})

test('a batch makes one payee for one name, on whichever side and however spelt', async () => {
  const [name, other] = [newName(), newName()]

  const { status, body } = await createMany(
    { payor_name: name, payee_name: other },
    { payor_name: other.toUpperCase(), payee_name: ` ${name}` },
    { payor_name: name.toLowerCase(), payee_name: newName() },
  )

  expect(status).toBe(200)
  const [one, two, three] = body.results
  expect([two?.payee_id, three?.payor_id]).toEqual([one?.payor_id, one?.payor_id])
  expect(two?.payor_id).toBe(one?.payee_id)
  expect(await named(name)).toBe(1)
})

test('PUT takes names, whether it makes an item or replaces one', async () => {
  const [name, other] = [newName(), newName()]
  const params = { budget_item_id: crypto.randomUUID() }
  const put = (payor_name: string, payee_name: string) =>
    client.put('/v1/budget-items/{budget_item_id}', { params, body: { ...bare, payor_name, payee_name } })

  const made = await put(name, other)
  const replaced = await put(other, name)

  expect(made.status).toBe(201)
  expect(replaced).toMatchObject({ status: 200, body: { payor_id: made.body.payee_id, payee_id: made.body.payor_id } })
  await expect(put(other, other)).rejects.toMatchObject(refusal(400, 'payee_name', 'same_party'))
})

test('a patch knows ids alone', async () => {
  const before = await makeItem()

  const { body } = await stranger.patch(`/v1/${before.path}`, { payee_name: newName() })

  expect(body).toMatchObject(refusal(400, 'payee_name'))
  expect(await getItem(before.id)).toEqual(before)
})

test('a repeat under one key makes neither item nor payee again', async () => {
  const parties = { payor_name: newName(), payee_name: newName() }
  const call = { body: { ...bare, ...parties }, headers: { 'Idempotency-Key': crypto.randomUUID() } }

  const [one, other] = [await client.post('/v1/budget-items', call), await client.post('/v1/budget-items', call)]

  expect(other).toMatchObject({ status: 201, body: one.body })
  expect(await named(parties.payor_name)).toBe(1)
  expect(await count('budget-items', `payor_id == "${one.body.payor_id}"`)).toBe(1)
})

test('of many requests at once that want one new name one makes it', async () => {
  const [payor_name, { payee_id }] = [newName(), await makeParties()]

  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, turn) =>
      create({ payor_name: turn % 2 ? payor_name : payor_name.toUpperCase(), payee_id }),
    ),
  )

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(answers.map(({ body }) => body.payor_id)).size).toBe(1)
})
