import { conflict } from '@mainspring/core'
import type { OrderState } from '../entities/order.ts'

/** From which states an order comes into another one: forward only, a step at a time. */
const ORIGINS = {
  ACCEPTED: ['PLACED'],
  READY: ['ACCEPTED'],
  DELIVERED: ['READY'],
  REFUNDED: ['DELIVERED'],
  CANCELLED: ['PLACED', 'ACCEPTED', 'READY'],
} as const satisfies Readonly<Record<Exclude<OrderState, 'PLACED'>, readonly OrderState[]>>

/** A state that an order does not begin with. */
export type LaterState = keyof typeof ORIGINS
/** A state after which another one comes. */
export type EarlierState = (typeof ORIGINS)[LaterState][number]

/** The state that an order leaves for another one. Throws `order_state` if it does not come into that one from there. */
export function leaveFor(from: OrderState, to: LaterState): EarlierState {
  const origins: readonly EarlierState[] = ORIGINS[to]
  const left = origins.find((each) => each === from)
  if (left !== undefined) return left
  const detail = `It is ${from}; only what is ${origins.join(' or ')} becomes ${to}.`
  throw conflict('order_state', { detail, state: from })
}

const OVER: readonly OrderState[] = ['DELIVERED', 'REFUNDED', 'CANCELLED']

/** Throws `order_open` if somebody still has to do something about an order in this state. */
export function requireOver(state: OrderState): void {
  if (!OVER.includes(state))
    throw conflict('order_open', { detail: `It is ${state}: first deliver or cancel it.`, state })
}
