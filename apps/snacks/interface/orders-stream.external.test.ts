import { type Followed, follow } from '@mainspring/client'
import { expect, onTestFinished, test } from 'vitest'
import { addPizza, client, moveOn } from '../testing/client.ts'
import { newOrder } from '../testing/kitchen.ts'

type Told = Followed<'/v1/orders:stream'>

test('the kitchen sees orders as they come and change, and after a cut what it missed', async () => {
  const { id: pizza_id } = await addPizza({ price_minor: 900 })
  const place = async () => (await client.post('/v1/orders', { body: newOrder([[pizza_id, 2]]) })).body.id
  const screen = await look()

  const [first, second] = [await place(), await place()]
  const placed = [await screen.next(first), await screen.next(second)]
  screen.cut()
  await moveOn(first, 'accept')
  await moveOn(second, 'cancel')
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
async function look(from?: string) {
  const cutting = new AbortController()
  onTestFinished(() => cutting.abort())
  const begun = Promise.withResolvers<void>()
  const options = { query: { from }, signal: cutting.signal, onOpen: begun.resolve }
  const stream = follow(client, '/v1/orders:stream', options)
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
