import { createServiceProcess, describeEngine, type ServiceProcess } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

const ORDERS = 12
const BOOKKEEPING = { BUDGET_BOOKKEEPING: '1', BUDGET_BOOKKEEPING_PAYEE: 'Pizza Palace', LOG_LEVEL: 'warn' }
const SOON = { timeout: 30_000, interval: 100 }
const DELIVERED = ['accept', 'ready', 'deliver']
const REFUNDED = [...DELIVERED, 'refund']

test('orders are booked once and refunds reversed once, though the process is killed over it', async () => {
  const service = await startShop(BOOKKEEPING)

  for (let kill = 0; kill < 3; kill++) {
    const orders = Array.from({ length: ORDERS }, (_, index) => order(service, index % 2 ? DELIVERED : REFUNDED))
    await Promise.any(orders)
    await service.end('SIGKILL')
    await Promise.allSettled(orders)
    await service.start(['snacks', 'budget'])
  }
  await order(service, ['accept', 'cancel'])

  const { results } = await get<Results<{ id: string; state: string }>>(service, '/v1/orders?max_page_size=1000')
  const refunds = results.filter(({ state }) => state === 'REFUNDED').map(({ id }) => id)
  const sales = [...refunds, ...results.filter(({ state }) => state === 'DELIVERED').map(({ id }) => id)]
  const items = await booked(service, sales.length + refunds.length)
  expect(sales.length).toBeGreaterThan(0)
  expect(items.map(({ flow, item }) => `${flow} ${item}`).toSorted()).toEqual(
    [...sales.map((id) => `INFLOW Order ${id}`), ...refunds.map((id) => `OUTFLOW Refund of order ${id}`)].toSorted(),
  )
  expect(new Set(items.map(({ amount_minor }) => amount_minor))).toEqual(new Set([1400]))
  const payees = await get<Results<{ name: string }>>(service, '/v1/payees?order_by=name')
  expect(payees.results.map(({ name }) => name)).toEqual(['Guests', 'Pizza Palace'])
}, 60_000)

describeEngine('postgres', 'two processes on one database', (engine) => {
  test('book an order once, whichever of them it was delivered and refunded by', async () => {
    const env = { ...BOOKKEEPING, DATABASE_URL: await engine.createUrl(), DATABASE_POOL_SIZE: '4' }
    const one = await startShop(env)
    const other = await startShop(env)

    const placed = Array.from({ length: ORDERS }, (_, index) => order(index % 2 ? one : other, DELIVERED))
    const ids = await Promise.all(placed)
    await Promise.all(ids.map((id, index) => move(index % 2 ? other : one, id, 'refund')))

    const items = await booked(one, 2 * ORDERS)
    expect(items.map(({ item }) => item).toSorted()).toEqual(
      ids.flatMap((id) => [`Order ${id}`, `Refund of order ${id}`]).toSorted(),
    )
  }, 60_000)
})

test('without being told to keep books, budget keeps none', async () => {
  const service = await startShop({ LOG_LEVEL: 'warn' })

  const id = await order(service, DELIVERED)
  await service.end('SIGTERM')
  await service.start(['snacks', 'budget'])

  expect(await get(service, `/v1/orders/${id}`)).toMatchObject({ state: 'DELIVERED' })
  expect(await get(service, '/v1/budget-items')).toEqual({ results: [] })
})

/** The two services, with one pizza on the menu. */
async function startShop(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const service = await createServiceProcess({ env: { ...env, FIXTURES: '0', RATE_LIMIT: '0' } })
  onTestFinished(() => service.destroy())
  await service.start(['snacks', 'budget'])
  if ((await fetch(`${service.url}/v1/pizzas/plain`)).status === 404) {
    const pizza = { id: 'plain', name: 'Plain', price_minor: 700, currency_code: 'EUR' }
    expect((await post(service, '/v1/pizzas', pizza)).status).toBe(201)
  }
  return service
}

const address = { street: 'Lindenstraße', house_number: '12a', city: 'Berlin', region_code: 'DE' }

/** Places an order of 14.00 and takes it through these steps. */
async function order(service: ServiceProcess, steps: readonly string[]): Promise<string> {
  const sent = { name: 'Ada Lovelace', contact_phones: ['030 12345678'], delivery_address: address }
  const answer = await post(service, '/v1/orders', { ...sent, packages: [{ pizza_id: 'plain', quantity: 2 }] })
  expect(answer.status).toBe(201)
  const { id } = Object(await answer.json())
  for (const step of steps) await move(service, id, step)
  return id
}

async function move(service: ServiceProcess, id: string, step: string): Promise<void> {
  expect((await post(service, `/v1/orders/${id}:${step}`, {})).status).toBe(200)
}

const post = ({ url }: ServiceProcess, path: string, body: object) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const get = async <T>({ url }: ServiceProcess, path: string): Promise<T> =>
  Object(await (await fetch(`${url}${path}`)).json())

interface Results<T> {
  readonly results: readonly T[]
}

interface Booked {
  readonly id: string
  readonly item: string
  readonly flow: string
  readonly amount_minor: number
}

/** What is in the books when there is so much. */
const booked = (service: ServiceProcess, count: number): Promise<readonly Booked[]> =>
  vi.waitFor(async () => {
    const { results } = await get<Results<Booked>>(service, '/v1/budget-items?max_page_size=1000')
    expect(results.length).toBeGreaterThanOrEqual(count)
    return results
  }, SOON)
