import { array, currency, id, integer, minorAmount, object, oneOf, text } from '@mainspring/core'
import { event } from '../event.ts'

/** An event as services have them. */
export const OrderPlaced = event(
  'snacks.order_placed',
  {
    order_id: id({ description: 'The order.' }),
    total_minor: minorAmount({ description: 'What is to be paid.', example: 2450 }),
    currency_code: currency(),
    channel: oneOf(['COUNTER', 'PHONE'], { default: 'COUNTER' }),
    note: text({ optional: true, max: 200 }),
    items: array(object({ pizza_id: id(), count: integer({ min: 1, default: 1 }) }), { max: 20 }),
  },
  { subject: 'orders/{order_id}', description: 'An order was accepted for cooking and its price fixed.' },
)

/** What can be said with it. */
export const said = {
  order_id: '4711',
  total_minor: 2450,
  currency_code: 'EUR',
  items: [{ pizza_id: 'margherita', count: 2 }],
} as const

/** Another one of the same resource. */
export const OrderCancelled = event(
  'snacks.order_cancelled',
  { order_id: id(), reason: text({ optional: true, max: 500 }) },
  { subject: 'orders/{order_id}', description: 'An order was withdrawn before it was cooked.', version: 2 },
)
