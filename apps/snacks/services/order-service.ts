import { array, collectBoth, id, integer, type ObjectOf, object, text, toTimestamp } from '@mainspring/core'
import { eraseSubjects, type Writes } from '@mainspring/events'
import { Extra } from '../entities/extra.ts'
import { Order } from '../entities/order.ts'
import { Pizza } from '../entities/pizza.ts'
import { OrderPlaced, OrderStateChanged } from '../events.ts'
import { distinctPhones, readPhones } from './order-phones.ts'
import { type Menu, priceOrder, type WantedPackage } from './order-prices.ts'
import { type LaterState, leaveFor, requireOver } from './order-states.ts'

const { name, contact_phones, delivery_address } = Order.fields

const quantity = (description: string) => integer({ min: 1, example: 2, description })
const wantedGarnish = object({
  extra_id: id({ example: 'mushrooms', description: 'An extra that is offered for the pizza; each once.' }),
  quantity: quantity('For the whole package, not for each pizza.'),
})

/** What makes an order. Prices are the service's to say. */
export const newOrderFields = {
  name,
  contact_phones,
  delivery_address,
  packages: array(
    object({
      pizza_id: id({ example: 'margherita', description: 'A pizza that is on the menu.' }),
      quantity: quantity('How many pizzas.'),
      garnishes: array(wantedGarnish, { default: [], max: 50 }),
    }),
    { min: 1, max: 100, description: 'What is ordered, in one currency.' },
  ),
}

export type NewOrder = ObjectOf<typeof newOrderFields> & { readonly id?: string }

type Needs = Pick<Writes, 'db' | 'clock' | 'emit'>

/**
 * Takes an order and fixes what it costs. What of the menu it is about stays as it is until the order is there: who takes a
 * pizza off meanwhile waits, or the order is refused.
 */
export async function placeOrder({ db, clock, emit }: Needs, order: NewOrder): Promise<Order> {
  const menu = await readMenu(db, order.packages)
  const { region_code } = order.delivery_address
  const read = await readPhones(order.contact_phones, region_code)
  const [contact_phones, prices] = collectBoth(
    () => distinctPhones(read, region_code),
    () => priceOrder(order.packages, menu),
  )
  const state_changes = [{ state: 'PLACED', change_time: toTimestamp(clock.now()), by: null }] as const
  const placed = await db.insert(Order, { ...order, contact_phones, ...prices, state_changes })
  const { id: order_id, total_minor, currency_code } = placed
  await emit(OrderPlaced, { order_id, contact_phones, total_minor, currency_code })
  return placed
}

/** What prices are made of. */
const PIZZA_FIELDS = ['name', 'price_minor', 'currency_code', 'extras', 'state'] as const
const EXTRA_FIELDS = ['name', 'price_minor', 'currency_code'] as const

/** What they are about, held as it is until the unit ends. */
async function readMenu(db: Needs['db'], packages: readonly WantedPackage[]): Promise<Menu> {
  const pizza_ids = packages.map(({ pizza_id }) => pizza_id)
  const extra_ids = packages.flatMap(({ garnishes }) => garnishes.map(({ extra_id }) => extra_id))
  const [pizzas, extras] = await Promise.all([
    db.findManyForShare(Pizza, pizza_ids, PIZZA_FIELDS),
    db.findManyForShare(Extra, extra_ids, EXTRA_FIELDS),
  ])
  return { pizzas, extras }
}

/** What goes with a change of state. */
export const stepFields = {
  by: text({ min: 1, max: 100, optional: true, example: 'Lea', description: 'Who does it, for `state_changes`.' }),
}

type Step = { readonly id: string } & ObjectOf<typeof stepFields>

/** The shop takes the order on. */
export const acceptOrder = (needs: Needs, step: Step): Promise<Order> => changeState(needs, step, 'ACCEPTED')

/** All of it is made. */
export const readyOrder = (needs: Needs, step: Step): Promise<Order> => changeState(needs, step, 'READY')

/** The customer has it. */
export const deliverOrder = (needs: Needs, step: Step): Promise<Order> => changeState(needs, step, 'DELIVERED')

/** The customer had it and is given the money back. */
export const refundOrder = (needs: Needs, step: Step): Promise<Order> => changeState(needs, step, 'REFUNDED')

/** Nobody gets it any more. */
export const cancelOrder = (needs: Needs, step: Step): Promise<Order> => changeState(needs, step, 'CANCELLED')

/** The order's row is locked, so that of changes at once each sees what became of the one before it. */
async function changeState({ db, clock, emit }: Needs, { id, by }: Step, state: LaterState): Promise<Order> {
  const order = await db.getForUpdate(Order, id)
  const previous_state = leaveFor(order.state, state)
  const change_time = toTimestamp(clock.now())
  const changed = await db.update(Order, order, {
    state,
    state_changes: [...order.state_changes, { state, change_time, by }],
  })
  const { total_minor, currency_code } = order
  await emit(OrderStateChanged, { order_id: id, state, previous_state, change_time, total_minor, currency_code })
  return changed
}

/**
 * Deletes an order that is over, and with it all that was said of it: nothing of the customer is left here. Who listens and has
 * not heard of it yet never will.
 */
export async function deleteOrder({ db }: Pick<Needs, 'db'>, order: Order): Promise<void> {
  requireOver(order.state)
  await db.delete(Order, order)
  await eraseSubjects(db, [order.path])
}
