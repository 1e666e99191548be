import { array, conflict, createManualClock, integer, object, text } from '@mainspring/core'
import { type Create, entity, type Row, type Writes } from '@mainspring/data'
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
  const total = prices.reduce((sum, price) => sum + price, 0)
  return db.insert(Order, { ...(id === undefined ? {} : { id }), customer, total, pin: '1234' })
}

async function changeOrder({ db }: Writes, next: Omit<Create<typeof Order>, 'id'>, current: Order): Promise<Order> {
  if (next.customer === 'nobody') throw conflict('order_needs_customer', { field: 'customer' })
  return db.update(Order, current, { ...next, total: current.total + 1 })
}

async function dropOrder({ db }: Writes, current: Order): Promise<void> {
  if (current.total > 100) throw conflict('order_too_dear', { detail: 'Orders above 100 stay.' })
  await db.delete(Order, current)
}

const orders = resource(Order, {
  list: true,
  get: true,
  create: { body: newOrder, handle: placeOrder },
  update: { handle: changeOrder, errors: ['order_needs_customer'] },
  delete: { handle: dropOrder, errors: ['order_too_dear'] },
  batchCreate: true,
  batchUpdate: true,
  batchDelete: true,
})
const codes = {
  order_needs_customer: { kind: 'conflict', title: 'An order needs a customer.' },
  order_too_dear: { kind: 'conflict', title: 'The order is too dear to go.' },
} as const

describeEachEngine('a use case of the service', (engine) => {
  const clock = createManualClock('2026-11-20T12:00:00Z')
  let library: Library
  let client: CheckedClient
  beforeAll(async () => {
    library = await startLibrary(await engine.createUrl(), [orders], { codes, clock })
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
    const answer = await client.post('/v1/orders', { customer: 'Ada', prices: [-1], total: 5 })

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'total' }, { field: 'prices[0]' }] } })
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
