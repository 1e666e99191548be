import { array, currency, id, integer, minorAmount, object, oneOf, region, text, timestamp } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'

/** What an order goes through; see `services/order-states.ts`. */
export const ORDER_STATES = ['PLACED', 'ACCEPTED', 'READY', 'DELIVERED', 'REFUNDED', 'CANCELLED'] as const
export type OrderState = (typeof ORDER_STATES)[number]

const unitPrice = (example: number) =>
  minorAmount({ example, description: 'Of one, as it was when the order was placed; 0 for what is free.' })
const quantity = (description: string) => integer({ min: 1, example: 2, description })
const nameThen = (example: string) => text({ example, description: 'As it was called when the order was placed.' })

const garnish = {
  extra_id: id({ example: 'mushrooms' }),
  name: nameThen('Mushrooms'),
  price_minor: unitPrice(150),
  quantity: quantity('For the whole package, not for each pizza.'),
}

const orderedPackage = {
  pizza_id: id({ example: 'margherita' }),
  name: nameThen('Margherita'),
  price_minor: unitPrice(1200),
  quantity: quantity('How many pizzas.'),
  garnishes: array(object(garnish), { default: [], max: 50 }),
}

/** An order of pizzas: what was ordered at which price is fixed when it is placed, whatever becomes of the menu. */
export const Order = entity(
  'orders',
  'order',
  {
    name: text({ min: 5, max: 200, filter: true, example: 'Ada Lovelace', description: 'Whose order it is.' }),
    contact_phones: array(text({ min: 1, max: 40 }), {
      min: 1,
      max: 10,
      example: ['+493012345678'],
      description:
        'Any usual spelling comes in, a national number as dialled in the region of the address; E.164 is stored.',
    }),
    delivery_address: object(
      {
        street: text({ min: 5, max: 200, example: 'Lindenstraße' }),
        house_number: text({ min: 1, max: 20, example: '12a' }),
        apt: text({ min: 1, max: 50, optional: true, example: '3rd floor' }),
        city: text({ min: 1, max: 100, example: 'Berlin' }),
        region_code: region({ example: 'DE', description: 'ISO 3166-1.' }),
      },
      { description: 'Where it goes.' },
    ),
    packages: array(object(orderedPackage), { min: 1, max: 100, description: 'What was ordered.' }),
    total_minor: minorAmount({
      output_only: true,
      filter: true,
      example: 2_700,
      description: 'What all of it costs, in the minor unit of the currency, exact.',
    }),
    currency_code: currency({ output_only: true, filter: true, example: 'EUR', description: 'ISO 4217.' }),
    state: oneOf(ORDER_STATES, { default: 'PLACED', output_only: true, filter: true }),
    state_changes: array(
      object({
        state: oneOf(ORDER_STATES),
        change_time: timestamp({ example: '2026-11-20T18:30:00.000Z' }),
        by: text({ max: 100, optional: true, example: 'Lea', description: 'Who did it, if they said so.' }),
      }),
      { default: [], output_only: true, description: 'The states that it had, the first one first.' },
    ),
  },
  {
    description: 'An order of pizzas. What was ordered, and at which price, is fixed when it is placed.',
    indexes: [{ columns: ['state', 'create_time'] }],
  },
)
export interface Order extends Row<typeof Order> {}

/** Some pizzas of one kind, and what is added to them. */
export type OrderedPackage = Order['packages'][number]
