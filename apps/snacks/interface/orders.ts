import { object } from '@mainspring/core'
import { action, resource, stream } from '@mainspring/resource'
import { Order } from '../entities/order.ts'
import { OrderPlaced, OrderStateChanged } from '../events.ts'
import {
  acceptOrder,
  cancelOrder,
  deleteOrder,
  deliverOrder,
  newOrderFields,
  placeOrder,
  readyOrder,
  refundOrder,
  stepFields,
} from '../services/order-service.ts'

const step = { body: stepFields, errors: ['order_state'] } as const

export const orderResource = resource(Order, {
  list: true,
  get: true,
  create: {
    body: object(newOrderFields),
    handle: placeOrder,
    errors: ['pizza_sold_out', 'pizza_retired', 'extra_not_offered', 'other_currency', 'total_too_large'],
  },
  // An order is read by whoever knows its id, which nobody guesses; the list is the kitchen's.
  open: ['create', 'get'],
  delete: { handle: deleteOrder, errors: ['order_open'] },
  custom: {
    accept: action(acceptOrder, { ...step, summary: 'Take a placed order on' }),
    ready: action(readyOrder, { ...step, summary: 'Say that an accepted order is made' }),
    deliver: action(deliverOrder, { ...step, summary: 'Say that the customer has an order that was ready' }),
    refund: action(refundOrder, { ...step, summary: 'Give the money of a delivered order back' }),
    cancel: action(cancelOrder, { ...step, summary: 'Cancel an order that is not delivered yet' }),
    stream: stream([OrderPlaced, OrderStateChanged], {
      collection: true,
      summary: 'Follow orders as they come and change',
    }),
  },
})
