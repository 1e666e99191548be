import { randomUUID } from 'node:crypto'
import type { OrderBody } from '@mainspring/client/house'
import { refusal } from '@mainspring/testing'
import { beforeAll, expect, test } from 'vitest'
import type { Order } from '../entities/order.ts'
import { addExtra, addPizza, changePizza, client, getOrder, moveOn, stranger } from '../testing/client.ts'
import { newOrder } from '../testing/kitchen.ts'

const ORDERS = '/v1/orders'
const NOWHERE = randomUUID()

/** A menu of these tests alone. */
const menu = {
  pizza: '',
  other: '',
  sold_out: '',
  retired: '',
  foreign: '',
  dear: '',
  extra: '',
  free: '',
  strange: '',
}
beforeAll(async () => {
  menu.extra = (await addExtra({ price_minor: 200 })).id
  menu.free = (await addExtra({ price_minor: 300 })).id
  menu.strange = (await addExtra()).id
  const extras = [
    { extra_id: menu.extra, free: false },
    { extra_id: menu.free, free: true },
  ]
  menu.pizza = (await addPizza({ price_minor: 1200, extras })).id
  menu.other = (await addPizza({ price_minor: 1350 })).id
  menu.sold_out = (await addPizza()).id
  menu.retired = (await addPizza()).id
  menu.foreign = (await addPizza({ currency_code: 'USD' })).id
  menu.dear = (await addPizza({ price_minor: Number.MAX_SAFE_INTEGER })).id
  await client.post('/v1/pizzas/{pizza_id}:sell-out', { params: { pizza_id: menu.sold_out } })
  await client.post('/v1/pizzas/{pizza_id}:retire', { params: { pizza_id: menu.retired } })
})

const valid = () => newOrder([[menu.other], [menu.pizza, 2, { [menu.extra]: 3, [menu.free]: 1 }]])
const place = async (body: OrderBody = valid()) => (await client.post(ORDERS, { body })).body

test('an order is made of valid numbers, a place and what is on the menu, and says what it costs', async () => {
  const phones = ['030 12345678', '+44 20 7946 0018', '+49 (30) 12345678']

  const { status, headers, body } = await client.post(ORDERS, { body: { ...valid(), contact_phones: phones } })

  expect(status).toBe(201)
  expect(body).toMatchObject({
    ...{ contact_phones: ['+493012345678', '+442079460018'], delivery_address: { apt: null, region_code: 'DE' } },
    ...{ total_minor: 1350 + 2 * 1200 + 3 * 200, currency_code: 'EUR', state: 'PLACED' },
    packages: [
      { pizza_id: menu.other, price_minor: 1350, quantity: 1, garnishes: [] },
      {
        pizza_id: menu.pizza,
        garnishes: [
          { price_minor: 200, quantity: 3 },
          { price_minor: 0, quantity: 1 },
        ],
      },
    ],
    state_changes: [{ state: 'PLACED', change_time: body.create_time, by: null }],
  })
  expect(headers.get('location')).toBe(`${ORDERS}/${body.id}`)
  expect(await getOrder(body.id)).toEqual(body)
})

test('what the service says itself is not taken from who orders', async () => {
  const own = { total_minor: 1, currency_code: 'USD', state: 'DELIVERED', state_changes: [] }

  const { body: order } = await stranger.post<Order>(ORDERS, { ...valid(), ...own })

  expect(order).toMatchObject({ total_minor: 4350, currency_code: 'EUR', state: 'PLACED' })
  expect(order.state_changes).toHaveLength(1)
})

type Change = (order: ReturnType<typeof valid>) => object
const first =
  (change: object): Change =>
  ({ packages: [one, ...rest], ...order }) => ({
    ...order,
    packages: [{ ...one, ...change }, ...rest],
  })
const garnish =
  (change: object): Change =>
  ({ packages: [one, other], ...order }) => ({
    ...order,
    packages: [
      one,
      { ...other, garnishes: [{ ...other?.garnishes[0], ...change }, ...(other?.garnishes.slice(1) ?? [])] },
    ],
  })
const at =
  (change: object): Change =>
  (order) => ({ ...order, delivery_address: { ...order.delivery_address, ...change } })
const all =
  (change: object): Change =>
  (order) => ({ ...order, ...change })
const abroad =
  (change: object): Change =>
  (order) => ({ ...at({ region_code: 'US' })(order), ...change })
const GARNISH = 'packages[1].garnishes[0]'

test.each<[string, Change, number, string, string]>([
  ['no name', all({ name: undefined }), 400, 'name', 'required'],
  ['a short name', all({ name: 'Adas' }), 400, 'name', 'too_short'],
  ['no phones', all({ contact_phones: undefined }), 400, 'contact_phones', 'required'],
  ['none of the phones', all({ contact_phones: [] }), 400, 'contact_phones', 'too_few'],
  ['a phone that is none', all({ contact_phones: ['+49 30 12345678', '12'] }), 400, 'contact_phones[1]', 'format'],
  ['a phone of elsewhere', abroad({ contact_phones: ['030 12345678'] }), 400, 'contact_phones[0]', 'format'],
  ['a phone that is no text', all({ contact_phones: [7] }), 400, 'contact_phones[0]', 'type'],
  ['no address', all({ delivery_address: undefined }), 400, 'delivery_address', 'required'],
  ['no street', at({ street: undefined }), 400, 'delivery_address.street', 'required'],
  ['a short street', at({ street: 'Am X' }), 400, 'delivery_address.street', 'too_short'],
  ['no house number', at({ house_number: undefined }), 400, 'delivery_address.house_number', 'required'],
  ['an empty house number', at({ house_number: '' }), 400, 'delivery_address.house_number', 'too_short'],
  ['an apartment that is no text', at({ apt: 3 }), 400, 'delivery_address.apt', 'type'],
  ['no city', at({ city: undefined }), 400, 'delivery_address.city', 'required'],
  ['no region', at({ region_code: undefined }), 400, 'delivery_address.region_code', 'required'],
  ['a region that is none', at({ region_code: 'XX' }), 400, 'delivery_address.region_code', 'format'],
  ['a region in small letters', at({ region_code: 'de' }), 400, 'delivery_address.region_code', 'format'],
  ['more of an address than there is', at({ planet: 'Earth' }), 400, 'delivery_address.planet', 'unknown_field'],
  ['no packages', all({ packages: undefined }), 400, 'packages', 'required'],
  ['none of the packages', all({ packages: [] }), 400, 'packages', 'too_few'],
  ['no pizza', first({ pizza_id: undefined }), 400, 'packages[0].pizza_id', 'required'],
  ['a pizza by no id', first({ pizza_id: 'No Id' }), 400, 'packages[0].pizza_id', 'pattern'],
  ['an unknown pizza', first({ pizza_id: NOWHERE }), 400, 'packages[0].pizza_id', 'reference_not_found'],
  ['no pizzas', first({ quantity: 0 }), 400, 'packages[0].quantity', 'minimum'],
  ['half a pizza', first({ quantity: 1.5 }), 400, 'packages[0].quantity', 'type'],
  ['as many pizzas as', first({ quantity: undefined }), 400, 'packages[0].quantity', 'required'],
  ['a price of their own', first({ price_minor: 1 }), 400, 'packages[0].price_minor', 'unknown_field'],
  ['no extra', garnish({ extra_id: undefined }), 400, `${GARNISH}.extra_id`, 'required'],
  ['less than one garnish', garnish({ quantity: 0 }), 400, `${GARNISH}.quantity`, 'minimum'],
  ['how many garnishes', garnish({ quantity: undefined }), 400, `${GARNISH}.quantity`, 'required'],
  ['an unknown extra', garnish({ extra_id: NOWHERE }), 409, `${GARNISH}.extra_id`, 'extra_not_offered'],
  ['more than is exact', first({ quantity: Number.MAX_SAFE_INTEGER }), 400, 'packages', 'total_too_large'],
])('%s is refused, naming it', async (_, change, status, field, code) => {
  const { body } = await stranger.post(ORDERS, change(valid()))

  expect(body).toMatchObject(refusal(status, field, code))
})

test.each<[string, () => Change, string, string]>([
  ['is sold out', () => first({ pizza_id: menu.sold_out }), 'packages[0].pizza_id', 'pizza_sold_out'],
  ['is retired', () => first({ pizza_id: menu.retired }), 'packages[0].pizza_id', 'pizza_retired'],
  ['has another currency', () => first({ pizza_id: menu.foreign }), 'packages[1].pizza_id', 'other_currency'],
  ['goes with another pizza', () => garnish({ extra_id: menu.strange }), `${GARNISH}.extra_id`, 'extra_not_offered'],
])('what %s is a 409, naming it', async (_, change, field, code) => {
  const answer = await stranger.post(ORDERS, change()(valid()))

  expect(answer).toMatchObject({
    status: 409,
    body: { code, errors: expect.arrayContaining([{ field, code, detail: expect.any(String) }]) },
  })
})

test('an extra that is there twice is a 400, naming the second', async () => {
  const { body } = await stranger.post(ORDERS, garnish({ extra_id: menu.free })(valid()))

  expect(body).toMatchObject(refusal(400, 'packages[1].garnishes[1].extra_id', 'duplicate'))
})

test('all mistakes are told at once, and nothing is ordered', async () => {
  const id = randomUUID()
  const wrong = newOrder([[menu.sold_out], [NOWHERE], [menu.pizza, 1, { [menu.strange]: 1 }]], {
    contact_phones: ['+49 30 12345678', 'ring twice'],
  })

  const refused = client.post(ORDERS, { query: { id }, body: wrong })

  const pizzas = ['packages[0].pizza_id', 'packages[1].pizza_id']
  const fields = ['contact_phones[1]', ...pizzas, 'packages[2].garnishes[0].extra_id']
  await expect(refused).rejects.toMatchObject({ status: 400, errors: fields.map((field) => ({ field })) })
  await expect(getOrder(id)).rejects.toMatchObject({ status: 404 })
})

test('an order stays what it was when the menu changes', async () => {
  const [extra, pizza] = [await addExtra(), await addPizza()]
  await changePizza(pizza.id, { extras: [{ extra_id: extra.id, free: false }] })
  const order = await place(newOrder([[pizza.id, 1, { [extra.id]: 1 }]]))

  const change = { price_minor: 1, name: randomUUID() }
  await client.patch('/v1/extras/{extra_id}', { params: { extra_id: extra.id }, body: change })
  await changePizza(pizza.id, { ...change, extras: [] })
  await client.delete('/v1/pizzas/{pizza_id}', { params: { pizza_id: pizza.id }, query: { force: true } })

  expect(await getOrder(order.id)).toEqual(order)
})

test('the kitchen finds what is to be done, in the order asked', async () => {
  const name = `Kitchen ${randomUUID()}`
  const order = { ...valid(), name }
  const [first, second, third] = [await place(order), await place(order), await place(order)]
  await moveOn(second.id, 'accept')

  const query = { filter: `name == "${name}" && state == "PLACED"`, order_by: '-create_time' }
  const { body } = await client.get(ORDERS, { query })

  expect(body.results.map(({ id }) => id)).toEqual([third.id, first.id])
})

test('an order is moved on by who says so, and does not go back', async () => {
  const { id } = await place()

  const accepted = await moveOn(id, 'accept', { by: 'Lea' })
  await expect(moveOn(id, 'accept', { by: 'Mo' })).rejects.toMatchObject(refusedAs('ACCEPTED'))
  const detail = 'It is ACCEPTED; only what is DELIVERED becomes REFUNDED.'
  await expect(moveOn(id, 'refund')).rejects.toMatchObject({ ...refusedAs('ACCEPTED'), detail })
  await moveOn(id, 'ready')
  await moveOn(id, 'deliver')
  await expect(moveOn(id, 'cancel')).rejects.toMatchObject(refusedAs('DELIVERED'))

  expect(accepted.body.state).toBe('ACCEPTED')
  expect(accepted.body.state_changes.map(({ state, by }) => [state, by])).toEqual([
    ['PLACED', null],
    ['ACCEPTED', 'Lea'],
  ])
})

const refusedAs = (state: string) => ({ status: 409, code: 'order_state', members: { state } })

test('what was read before somebody else changed it is not moved on', async () => {
  const { id } = await place()
  const { headers } = await client.get('/v1/orders/{order_id}', { params: { order_id: id } })
  const condition = { 'If-Match': headers.get('etag') ?? '' }
  await moveOn(id, 'accept', {}, condition)

  const refused = moveOn(id, 'cancel', {}, condition)

  await expect(refused).rejects.toMatchObject({ status: 412, code: 'etag_mismatch' })
})
