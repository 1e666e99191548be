import { createClient, type Followed, follow } from '@mainspring/client'
import { createCheckedFetch } from '@mainspring/testing'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { Order } from '../entities/order.ts'
import { addPizza, client } from '../testing/client.ts'
import { newOrder } from '../testing/kitchen.ts'

const baseUrl = inject('base_url')
type Told = Followed<'/v1/orders:stream'>

test('the kitchen sees orders as they come and change, and after a cut what it missed', async () => {
  const { id: pizza_id } = await addPizza({ price_minor: 900 })
  const place = async () => (await client.post<Order>('/v1/orders', newOrder([[pizza_id, 2]]))).body.id
  const screen = await look()

  const [first, second] = [await place(), await place()]
  const placed = [await screen.next(first), await screen.next(second)]
  screen.cut()
  await client.post(`/v1/orders/${first}:accept`)
  await client.post(`/v1/orders/${second}:cancel`)
  const again = await look(placed[1]?.position)
  const changed = [await again.next(first), await again.next(second)]

  expect(placed.map(sayingOf)).toMatchObject([
    { type: 'snacks.order_placed', subject: `orders/${first}`, data: { total_minor: 1800, currency_code: 'EUR' } },
    { type: 'snacks.order_placed', subject: `orders/${second}` },
  ])
  expect(changed.map(sayingOf)).toMatchObject([
    { type: 'snacks.order_state_changed', data: { order_id: first, previous_state: 'PLACED', state: 'ACCEPTED' } },
    { type: 'snacks.order_state_changed', data: { order_id: second, previous_state: 'PLACED', state: 'CANCELLED' } },
  ])
})

const sayingOf = (told: Told | undefined) => told?.event

/** Follows the orders, from a place or from now on; resolves when the stream has begun. */
async function look(last?: string) {
  const cutting = new AbortController()
  onTestFinished(() => cutting.abort())
  const begun = Promise.withResolvers<void>()
  const check = createCheckedFetch(baseUrl)
  const screen = createClient({ baseUrl, fetch: (...sent) => check(...sent).finally(begun.resolve) })
  const headers = last === undefined ? {} : { 'Last-Event-ID': last }
  const stream = follow(screen, '/v1/orders:stream', { headers, signal: cutting.signal })
  const ahead = stream.next()
  let isFirst = true
  await begun.promise
  return {
    /** The next that is told of this order; others may be ordering at the same time. */
    async next(order_id: string): Promise<Told | undefined> {
      for (;;) {
        const { value } = await (isFirst ? ahead : stream.next())
        isFirst = false
        if (!value || value.event.data.order_id === order_id) return value ?? undefined
      }
    },
    cut: () => cutting.abort(),
  }
}
