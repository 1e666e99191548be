import { array, conflict, createManualClock, integer, object, text } from '@mainspring/core'
import { type Create, entity, type Row, type Selects, type TablesOf, type Writes } from '@mainspring/data'
import { resource } from '@mainspring/resource'
import { type CheckedClient, describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Library, startLibrary } from './testing/library.ts'

const Order = entity('orders', 'order', {
  customer: text({ max: 80 }),
  pin: text({ max: 20, input_only: true, optional: true }),
  total: integer({ min: 0, output_only: true }),
})
type Order = Row<typeof Order>

const newOrder = object({ customer: text({ min: 1 }), prices: array(integer({ min: 0 })) })

async function placeOrder(
  { db }: Writes,
  { id, customer, prices }: { readonly id?: string; readonly customer: string; readonly prices: readonly number[] },
): Promise<Order> {
  return db.insert(Order, { ...(id === undefined ? {} : { id }), customer, total: totalOf(prices), pin: '1234' })
}

const totalOf = (prices: readonly number[]) => prices.reduce((sum, price) => sum + price, 0)

async function changeOrder(
  { db }: Writes,
  { prices, ...next }: { readonly customer: string; readonly pin?: string | null; readonly prices?: readonly number[] },
  current: Order,
): Promise<Order> {
  if (next.customer === 'nobody') throw conflict('order_needs_customer', { field: 'customer' })
  return db.update(Order, current, { ...next, total: prices ? totalOf(prices) : current.total + 1 })
}

async function dropOrder({ db }: Writes, current: Order): Promise<void> {
  if (current.total > 100) throw conflict('order_too_dear', { detail: 'Orders above 100 stay.' })
  await db.delete(Order, current)
}

const orders = resource(Order, {
  list: true,
  get: true,
  create: { body: newOrder, handle: placeOrder },
  apply: true,
  update: { handle: changeOrder, errors: ['order_needs_customer'] },
  delete: { handle: dropOrder, errors: ['order_too_dear'] },
  batchCreate: true,
  batchUpdate: true,
  batchDelete: true,
})

const Ticket = entity('tickets', 'ticket', { holder: text({ max: 80 }), together: integer({ output_only: true }) })
type Ticket = Row<typeof Ticket>

async function sellTickets({ db }: Writes, wanted: readonly Create<typeof Ticket>[]): Promise<readonly Ticket[]> {
  const late = wanted.findIndex(({ holder }) => holder === 'late')
  if (late >= 0) throw conflict('sold_out', { field: `[${late}].holder` })
  return db.insertMany(
    Ticket,
    wanted.map((each) => ({ ...each, together: wanted.length })),
  )
}

const tickets = resource(Ticket, {
  create: { handleMany: sellTickets, errors: ['sold_out'] },
  apply: true,
  batchCreate: true,
})

const Seat = entity('seats', 'seat', { number: text({ max: 9, unique: true }) })
type Seat = Row<typeof Seat>

async function takeSeat({ db }: Writes, seat: Create<typeof Seat>): Promise<Seat> {
  return db.insert(Seat, seat).catch((error: unknown) => {
    throw conflict('sold_out', { field: 'number', cause: error })
  })
}

const seats = resource(Seat, { create: { handle: takeSeat, errors: ['sold_out'] }, batchCreate: true })

const Claim = entity('claims', 'claim', { number: text({ max: 9 }) })
type Claim = Row<typeof Claim>

async function claimOnce({ db }: Writes, claim: Create<typeof Claim>): Promise<Claim> {
  await db.lockKeys([claim.number])
  const [known] = await db.query((query: Selects<TablesOf<[typeof Claim]>>) =>
    query.selectFrom('claims').select('id').where('number', '=', claim.number),
  )
  return known ? db.getForUpdate(Claim, known.id) : db.insert(Claim, claim)
}

const claims = resource(Claim, {
  get: true,
  create: { handle: claimOnce, found: 'The claim that was first.' },
  batchCreate: true,
})

const codes = {
  sold_out: { kind: 'conflict', title: 'There are no tickets left.' },
  order_needs_customer: { kind: 'conflict', title: 'An order needs a customer.' },
  order_too_dear: { kind: 'conflict', title: 'The order is too dear to go.' },
} as const

describeEachEngine('a use case of the service', (engine) => {
  const clock = createManualClock('2026-11-20T12:00:00Z')
  let library: Library
  let client: CheckedClient
  beforeAll(async () => {
    library = await startLibrary(await engine.createUrl(), [orders, tickets, seats, claims], { codes, clock })
    client = library.client
  })
  afterAll(() => library.stop())

  test('gets the body that the service states, and the id', async () => {
    const created = await client.post<Order>('/v1/orders?id=mine', { customer: 'Ada', prices: [3, 4] })
    const batch = await client.post<{ results: Order[] }>('/v1/orders:batch-create', {
      requests: [{ id: 'yours', customer: 'Bob', prices: [] }],
    })

    expect(created).toMatchObject({ status: 201, body: { id: 'mine', customer: 'Ada', total: 7 } })
    expect(batch.body.results).toMatchObject([{ id: 'yours', customer: 'Bob', total: 0 }])
  })

  test('has its body checked', async () => {
    const answer = await client.post('/v1/orders', { customer: 'Ada', prices: [-1], price: 5 })

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'price' }, { field: 'prices[0]' }] } })
  })

  test('is not given what the service owns, though it may be sent', async () => {
    const { body } = await client.post<Order>('/v1/orders', { customer: 'Ada', prices: [1], total: 5, path: 'a/b' })

    expect(body.total).toBe(1)
    expect(body.path).toBe(`orders/${body.id}`)
  })

  test('gets the same body from PUT, whether the row is there or not', async () => {
    const made = await client.put<Order>('/v1/orders/put', { customer: 'Ada', prices: [3] })
    const replaced = await client.put<Order>('/v1/orders/put', { customer: 'Bob', prices: [4, 5], total: 1 })
    const refused = await client.put('/v1/orders/put', { customer: 'Bob' })

    expect(made).toMatchObject({ status: 201, body: { customer: 'Ada', total: 3 } })
    expect(replaced).toMatchObject({ status: 200, body: { customer: 'Bob', total: 9 } })
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: 'prices' }] } })
  })

  test('may make many at once, and one the same way', async () => {
    const batch = await client.post<{ results: Ticket[] }>('/v1/tickets:batch-create', {
      requests: [{ holder: 'Ada' }, { holder: 'Bob' }],
    })
    const one = await client.post('/v1/tickets', { holder: 'Cleo' })
    const applied = await client.put('/v1/tickets/mine', { holder: 'Dan' })

    expect(batch.body.results).toMatchObject([
      { holder: 'Ada', together: 2 },
      { holder: 'Bob', together: 2 },
    ])
    expect(one).toMatchObject({ status: 201, body: { holder: 'Cleo', together: 1 } })
    expect(applied).toMatchObject({ status: 201, body: { id: 'mine', together: 1 } })
  })

  test('names the entry that it refuses, and of one the field alone', async () => {
    const batch = await client.post('/v1/tickets:batch-create', { requests: [{ holder: 'Ada' }, { holder: 'late' }] })
    const one = await client.post('/v1/tickets', { holder: 'late' })

    expect(batch).toMatchObject({ status: 409, body: { errors: [{ field: 'requests[1].holder', code: 'sold_out' }] } })
    expect(one).toMatchObject({ status: 409, body: { errors: [{ field: 'holder', code: 'sold_out' }] } })
  })

  test('has the word when the database refuses its row', async () => {
    const key = { 'idempotency-key': 'seat' }
    await client.post('/v1/seats', { number: '4a' })

    const one = await client.post('/v1/seats', { number: '4a' })
    const keyed = await client.post('/v1/seats', { number: '4a' }, key)
    const batch = await client.post('/v1/seats:batch-create', { requests: [{ number: '4b' }, { number: '4a' }] })
    const next = await client.post('/v1/seats', { number: '4b' }, key)

    for (const answer of [one, keyed]) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'sold_out', errors: [{ field: 'number' }] } })
    }
    expect(batch).toMatchObject({ status: 409, body: { code: 'sold_out', errors: [{ field: 'requests[1].number' }] } })
    expect(next.status).toBe(201)
  })

  test('may find instead of make, which its status tells', async () => {
    const key = { 'idempotency-key': 'claim' }
    const claim = { number: '7c' }

    const made = await client.post<Claim>('/v1/claims', claim, key)
    const found = await client.post<Claim>('/v1/claims', claim)
    const batch = await client.post('/v1/claims:batch-create', { requests: [claim, claim] })
    const replayed = await client.post<Claim>('/v1/claims', claim, key)

    expect([made.status, found.status, batch.status, replayed.status]).toEqual([201, 200, 200, 201])
    expect(made.headers.get('location')).toBe(`/v1/claims/${made.body.id}`)
    expect(found.headers.get('location')).toBeNull()
    expect(found.headers.get('etag')).toBe(made.headers.get('etag'))
    for (const { body } of [found, replayed]) expect(body).toEqual(made.body)
    expect(batch.body).toEqual({ results: [made.body, made.body] })
  })

  test('serves a patch and a batch alike, and its refusal undoes all', async () => {
    const { body } = await client.post<Order>('/v1/orders', { customer: 'Ada', prices: [1] })

    const patched = await client.patch<Order>(`/v1/orders/${body.id}`, { customer: 'Eve' })
    const refused = await client.post('/v1/orders:batch-update', {
      requests: [{ id: body.id, patch: { customer: 'nobody' } }],
    })

    expect(patched.body).toMatchObject({ customer: 'Eve', total: 2 })
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'order_needs_customer', errors: [{ field: 'requests[0].patch.customer' }] },
    })
    expect((await client.get<Order>(`/v1/orders/${body.id}`)).body).toEqual(patched.body)
  })

  test('decides what may be deleted', async () => {
    const dear = await client.post<Order>('/v1/orders', { customer: 'Ada', prices: [101] })
    const cheap = await client.post<Order>('/v1/orders', { customer: 'Ada', prices: [1] })
    const ids = [{ id: cheap.body.id }, { id: dear.body.id }]

    expect(await client.post('/v1/orders:batch-delete', { requests: ids })).toMatchObject({ status: 409 })
    expect((await client.delete(`/v1/orders/${cheap.body.id}`)).status).toBe(204)
    expect(await client.delete(`/v1/orders/${dear.body.id}`)).toMatchObject({ status: 409 })
  })

  test('runs once per key and day', async () => {
    const place = () =>
      client.post<Order>('/v1/orders', { customer: 'Ada', prices: [1] }, { 'idempotency-key': '"daily"' })
    const first = await place()

    clock.advance(23 * 3_600_000)
    const repeat = await place()
    clock.advance(2 * 3_600_000)
    const nextDay = await place()

    expect(repeat.body).toEqual(first.body)
    expect(repeat.headers.get('idempotency-replayed')).toBe('true')
    expect(nextDay.status).toBe(201)
    expect(nextDay.body.id).not.toBe(first.body.id)
    expect((await place()).body).toEqual(nextDay.body)
  })

  test('may store what is never answered', async () => {
    const created = await client.post<Order>(
      '/v1/orders',
      { customer: 'Ada', prices: [] },
      { 'idempotency-key': 'pin' },
    )
    const listed = await client.get('/v1/orders')
    const replayed = await client.post('/v1/orders', { customer: 'Ada', prices: [] }, { 'idempotency-key': 'pin' })

    for (const { body } of [created, listed, replayed]) expect(JSON.stringify(body)).not.toContain('1234')
  })
})
