import { array, currency, id, minorAmount, oneOf, text, timestamp } from '@mainspring/core'
import { event } from '@mainspring/events'

/** Something on the menu came, changed or went. */
export const MenuChanged = event(
  'snacks.menu_changed',
  {
    path: text({ max: 100, example: 'pizzas/margherita', description: 'What came, changed or went.' }),
    change: oneOf(['CREATED', 'UPDATED', 'DELETED'], { description: 'What happened to it.' }),
  },
  { subject: '{path}', description: 'A pizza, an ingredient or an extra was made, changed or deleted.' },
)

const orderId = () => id({ description: 'The order; `GET /v1/orders/{order_id}` says the rest.' })
const total = {
  total_minor: minorAmount({ example: 2700, description: 'What it costs, in the minor unit of the currency, exact.' }),
  currency_code: currency({ example: 'EUR', description: 'ISO 4217.' }),
}

/** An order was placed. It says no more of the customer than it takes to confirm it to them. */
export const OrderPlaced = event(
  'snacks.order_placed',
  {
    order_id: orderId(),
    contact_phones: array(text(), { example: ['+493012345678'], description: 'Where the customer is called, E.164.' }),
    ...total,
  },
  { subject: 'orders/{order_id}', description: 'An order was placed, and what it costs is fixed.' },
)

/** An order came into another state. */
export const OrderStateChanged = event(
  'snacks.order_state_changed',
  {
    order_id: orderId(),
    state: oneOf(['ACCEPTED', 'READY', 'DELIVERED', 'REFUNDED', 'CANCELLED'], { description: 'What it is now.' }),
    previous_state: oneOf(['PLACED', 'ACCEPTED', 'READY', 'DELIVERED'], { description: 'What it was before.' }),
    change_time: timestamp({ description: 'When that was.' }),
    ...total,
  },
  { subject: 'orders/{order_id}', description: 'An order came into another state.' },
)
