import { createDatabase, type Selects } from '@mainspring/data'
import { createWatchedEngine, describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { snacks } from '../app.ts'
import { Extra } from '../entities/extra.ts'
import { Order, type OrderState } from '../entities/order.ts'
import { Pizza } from '../entities/pizza.ts'
import { type Kitchen, newOrder, openKitchen } from '../testing/kitchen.ts'
import {
  acceptOrder,
  cancelOrder,
  deleteOrder,
  deliverOrder,
  placeOrder,
  readyOrder,
  refundOrder,
} from './order-service.ts'
import { retirePizza } from './pizza-service.ts'

const steps = {
  accept: acceptOrder,
  ready: readyOrder,
  deliver: deliverOrder,
  refund: refundOrder,
  cancel: cancelOrder,
}

describeEachEngine('an order', (engine) => {
  let kitchen: Kitchen
  beforeAll(async () => {
    kitchen = await openKitchen(await engine.createUrl())
  })
  afterAll(() => kitchen.database.close())

  const place = (...packages: Parameters<typeof newOrder>[0]) =>
    kitchen.write((needs) => placeOrder(needs, newOrder(packages)))
  const step = (id: string, name: keyof typeof steps, by: string | null = null) =>
    kitchen.write((needs) => steps[name](needs, { id, by }))
  const read = (id: string) => kitchen.database.reader.get(Order, id)
  const pricePizza = (id: string, price_minor: number) =>
    kitchen.write(async ({ db }) => db.update(Pizza, await db.getForUpdate(Pizza, id), { price_minor }))
  const priceExtra = (id: string, price_minor: number) =>
    kitchen.write(async ({ db }) => db.update(Extra, await db.getForUpdate(Extra, id), { price_minor }))

  test('says what it costs, and tells of that with no more of the customer than a phone', async () => {
    let id = ''
    const told = await kitchen.listen(async () => {
      ;({ id } = await place(['margherita', 2, { ham: 3, onion: 1 }], ['funghi']))
    })

    const change_time = '2026-11-20T18:00:00.000Z'
    const total = { total_minor: 2 * 1200 + 3 * 200 + 1350, currency_code: 'EUR' }
    expect(await read(id)).toMatchObject({
      ...{ ...total, state: 'PLACED', state_changes: [{ state: 'PLACED', change_time, by: null }] },
      packages: [
        {
          ...{ pizza_id: 'margherita', name: 'Margherita', price_minor: 1200, quantity: 2 },
          garnishes: [
            { extra_id: 'ham', name: 'Ham', price_minor: 200, quantity: 3 },
            { extra_id: 'onion', name: 'Onion', price_minor: 0, quantity: 1 },
          ],
        },
        { pizza_id: 'funghi', name: 'Funghi', price_minor: 1350, quantity: 1, garnishes: [] },
      ],
    })
    expect(told).toEqual([{ type: 'snacks.order_placed', order_id: id, contact_phones: ['+493012345678'], ...total }])
  })

  test('stays as it was when prices change', async () => {
    const order = await place(['margherita', 1, { ham: 1 }])

    await pricePizza('margherita', 9_999)
    await priceExtra('ham', 999)
    const later = await place(['margherita', 1, { ham: 1 }])
    await step(order.id, 'accept')

    expect(await read(order.id)).toMatchObject({ packages: order.packages, total_minor: 1400 })
    expect(later.total_minor).toBe(9_999 + 999)
    await pricePizza('margherita', 1200)
    await priceExtra('ham', 200)
  })

  test('that is refused leaves nothing and tells nothing', async () => {
    const before = await kitchen.database.reader.count(Order)

    const told = await kitchen.listen(() => expect(place(['funghi'], ['nowhere'])).rejects.toThrow())

    expect(told).toEqual([])
    expect(await kitchen.database.reader.count(Order)).toBe(before)
  })

  test('goes its way, and tells and keeps who did what and when', async () => {
    const { id } = await place(['funghi'])

    const told = await kitchen.listen(async () => {
      for (const name of ['accept', 'ready', 'deliver', 'refund'] as const) {
        kitchen.clock.advance(60_000)
        await step(id, name, name === 'accept' ? 'Lea' : null)
      }
    })

    const way = ['PLACED', 'ACCEPTED', 'READY', 'DELIVERED', 'REFUNDED']
    const times = [0, 1, 2, 3, 4].map((minute) => `2026-11-20T18:0${minute}:00.000Z`)
    const { state, state_changes } = await read(id)
    expect(state).toBe('REFUNDED')
    expect(state_changes).toEqual(
      way.map((state, index) => ({ state, change_time: times[index], by: state === 'ACCEPTED' ? 'Lea' : null })),
    )
    expect(told).toEqual(
      way.slice(1).map((state, index) => ({
        ...{ type: 'snacks.order_state_changed', order_id: id, state, previous_state: way[index] },
        ...{ change_time: times[index + 1], total_minor: 1350, currency_code: 'EUR' },
      })),
    )
  })

  test.each<[OrderState, readonly (keyof typeof steps)[], readonly (keyof typeof steps)[]]>([
    ['PLACED', [], ['ready', 'deliver', 'refund']],
    ['ACCEPTED', ['accept'], ['accept', 'deliver', 'refund']],
    ['READY', ['accept', 'ready'], ['accept', 'ready', 'refund']],
    ['DELIVERED', ['accept', 'ready', 'deliver'], ['accept', 'ready', 'deliver', 'cancel']],
    ['REFUNDED', ['accept', 'ready', 'deliver', 'refund'], ['accept', 'ready', 'deliver', 'refund', 'cancel']],
    ['CANCELLED', ['accept', 'cancel'], ['accept', 'ready', 'deliver', 'refund', 'cancel']],
  ])('that is %s goes neither back nor too far', async (state, way, wrong) => {
    const { id } = await place(['funghi'])
    for (const name of way) await step(id, name)
    const order = await read(id)

    const told = await kitchen.listen(async () => {
      for (const name of wrong) {
        const refusal = { kind: 'conflict', code: 'order_state', members: { state } }
        await expect(step(id, name)).rejects.toMatchObject(refusal)
      }
    })

    expect(told).toEqual([])
    expect(await read(id)).toEqual(order)
  })

  test('of which many things are said at once believes one', async () => {
    const { id } = await place(['funghi'])

    const told = await kitchen.listen(async () => {
      const names = Array.from({ length: 20 }, (_, index): keyof typeof steps => (index % 2 ? 'accept' : 'cancel'))
      const results = await Promise.allSettled(names.map((name) => step(id, name)))
      // One may be accepted and then cancelled; that is two, in this order.
      const done = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.state] : []))
      expect(new Set(done).size).toBe(done.length)
    })

    const { state, state_changes } = await read(id)
    expect(state).toBe('CANCELLED')
    expect(told.map((each) => each.state)).toEqual(state_changes.slice(1).map((each) => each.state))
  })

  test('that many accept at once is accepted once', async () => {
    const { id } = await place(['funghi'])

    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => step(id, 'accept', `Cook ${index}`)),
    )

    const done = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(done).toHaveLength(1)
    expect((await read(id)).state_changes).toEqual(done[0]?.state_changes)
  })

  test('takes as many statements for twelve packages as for two', async () => {
    const asked: string[] = []
    const engine = createWatchedEngine(kitchen.database.engine, (sql) => asked.push(sql))
    const database = createDatabase({ engine, entities: snacks.entities })
    const count = async (packages: number) => {
      const order = newOrder(
        Array.from({ length: packages }, (_, index) =>
          index % 2 ? ['funghi', 1, { onion: 2 }] : ['margherita', 2, { ham: 1, onion: 1 }],
        ),
      )
      asked.length = 0
      await database.write((db) => placeOrder(kitchen.needs(db), order))
      return asked.length
    }

    // The pizzas, their extras, the order and its event.
    expect([await count(12), await count(2)]).toEqual([4, 4])
  })

  test('that is over may be forgotten, and then nothing is left of who ordered', async () => {
    const phone = '+493011111111'
    const order = newOrder([['funghi']], { contact_phones: [phone] })
    const { id } = await kitchen.write((needs) => placeOrder(needs, order))
    const forget = () => kitchen.write(async (needs) => deleteOrder(needs, await needs.db.getForUpdate(Order, id)))

    await expect(forget()).rejects.toMatchObject({ kind: 'conflict', code: 'order_open' })
    await step(id, 'cancel')
    await forget()

    const said = await kitchen.database.reader.query((query: Selects<{ mainspring_outbox: { envelope: string } }>) =>
      query.selectFrom('mainspring_outbox').select('envelope').where('envelope', 'like', `%${phone}%`),
    )
    expect(said).toEqual([])
    expect(await kitchen.database.reader.find(Order, id)).toBeUndefined()
  })

  test('is there before its pizza is retired, or refused', async () => {
    const name = `Spring ${Math.random()}`
    const { id: pizza_id } = await kitchen.write(({ db }) =>
      db.insert(Pizza, { name, price_minor: 1, currency_code: 'EUR' }),
    )
    const countOrders = async () => {
      const orders = await kitchen.database.reader.page(Order, { order: [], limit: 1_000 })
      return orders.rows.filter(({ packages }) => packages[0]?.pizza_id === pizza_id).length
    }

    const orders = Array.from({ length: 30 }, () => place([pizza_id], ['funghi']))
    const retired = kitchen.write((needs) => retirePizza(needs, { id: pizza_id })).then(countOrders)
    const late = Array.from({ length: 10 }, () => place([pizza_id], ['funghi']))
    const results = await Promise.allSettled([...orders, ...late])

    const placed = results.filter(({ status }) => status === 'fulfilled').length
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect(new Set(refusals)).toEqual(new Set(refusals.length === 0 ? [] : ['pizza_retired']))
    expect(await retired).toBe(placed)
  })
})
