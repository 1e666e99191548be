import { expect, test } from 'vitest'
import { ORDER_STATES, type OrderState } from '../entities/order.ts'
import { type LaterState, leaveFor } from './order-states.ts'

const STEPS = [
  'PLACED ACCEPTED',
  'PLACED CANCELLED',
  'ACCEPTED READY',
  'ACCEPTED CANCELLED',
  'READY DELIVERED',
  'READY CANCELLED',
  'DELIVERED REFUNDED',
]
const isLater = (state: OrderState): state is LaterState => state !== 'PLACED'
const PAIRS = ORDER_STATES.flatMap((from) =>
  ORDER_STATES.filter(isLater).map((to): [OrderState, LaterState] => [from, to]),
)

test.each(PAIRS)('from %s to %s', (from, to) => {
  if (STEPS.includes(`${from} ${to}`)) expect(leaveFor(from, to)).toBe(from)
  else {
    const refusal = { kind: 'conflict', code: 'order_state', members: { state: from } }
    expect(() => leaveFor(from, to)).toThrow(expect.objectContaining(refusal))
  }
})
