import { createHash } from 'node:crypto'
import { today } from '@mainspring/core'
import type { BudgetWrites } from '../context.ts'
import { BudgetItem } from '../entities/budget-item.ts'
import { createItems } from './item-service.ts'
import { insertItems } from './writes.ts'

/** In whose names orders are booked. */
export interface Bookkeeping {
  readonly payor: string
  readonly payee: string
}

type Needs = Pick<BudgetWrites, 'db' | 'emit' | 'clock' | 'locality'>

/** An order that was paid, or whose money was given back at that moment. */
export interface Settled {
  readonly order_id: string
  readonly total_minor: number
  readonly currency_code: string
  readonly change_time: string
}

/** Books what was paid for an order. The item has an id that is made of the order's, so that it is there once. */
export async function bookOrder(needs: Needs, { payor, payee }: Bookkeeping, settled: Settled): Promise<BudgetItem> {
  const { order_id, total_minor: amount_minor, currency_code } = settled
  const parties = { payor_id: null, payor_name: payor, payee_id: null, payee_name: payee }
  const money = { amount_minor, currency_code, flow: 'INFLOW' } as const
  const texts = { item: `Order ${order_id}`, category: null, note: null }
  const [item] = await createItems(needs, [
    { id: itemIdOf(order_id), ...texts, ...money, ...parties, transaction_date: dateOf(needs, settled) },
  ])
  if (!item) throw new Error('An order made no item.')
  return item
}

/**
 * Books the same the other way round, as it is in the books by now. What is not there, since nobody kept books yet or could
 * not, is booked first: an order whose money was given back comes to nothing in any case.
 */
export async function reverseOrder(needs: Needs, names: Bookkeeping, settled: Settled): Promise<BudgetItem> {
  const booked = await needs.db.findForUpdate(BudgetItem, itemIdOf(settled.order_id))
  const { amount_minor, currency_code, payor_id, payee_id, category } =
    booked ?? (await bookOrder(needs, names, settled))
  const parties = { payor_id: payee_id, payee_id: payor_id }
  const money = { amount_minor, currency_code, flow: 'OUTFLOW' } as const
  const texts = { item: `Refund of order ${settled.order_id}`, category }
  const [item] = await insertItems(needs, [
    { ...texts, ...money, ...parties, transaction_date: dateOf(needs, settled) },
  ])
  if (!item) throw new Error('A refund made no item.')
  return item
}

/** Not the order's own: who orders may choose that, also one that is in the books for other reasons. */
const itemIdOf = (order_id: string): string =>
  `order-${order_id.length > ROOM ? createHash('sha256').update(order_id).digest('hex').slice(0, ROOM) : order_id}`

/** What an id has left behind `order-`. */
const ROOM = 57

/** The day where the books are kept. */
const dateOf = ({ locality }: Needs, { change_time }: Settled): string =>
  today({ now: () => Date.parse(change_time) }, locality.time_zone)
