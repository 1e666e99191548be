import type { EventService } from '../asyncapi.ts'
import { listener } from '../listener.ts'
import { OrderCancelled, OrderPlaced } from './orders.ts'

const handle = async () => {}

const record = listener({ name: 'notices.record_order', event: [OrderPlaced, OrderCancelled], handle })
const confirm = listener({ name: 'notices.confirm_order', event: OrderPlaced, after: [record], handle })
const count = listener({ name: 'notices.count_order', event: OrderPlaced, after: [record], handle })
const thank = listener({ name: 'notices.thank_guest', event: OrderPlaced, after: [confirm, count], handle })
const cook = listener({ name: 'kitchen.cook_order', event: OrderPlaced, handle })

/** Services that emit, listen to others, listen to themselves. */
export const sampleServices: readonly EventService[] = [
  { name: 'snacks', description: 'Takes orders.', events: [OrderPlaced, OrderCancelled], listeners: [] },
  { name: 'notices', description: 'Tells guests.', events: [], listeners: [record, confirm, count, thank] },
  { name: 'kitchen', description: 'Cooks.', events: [], listeners: [cook] },
]
