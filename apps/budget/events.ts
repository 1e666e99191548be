import { currency, date, email, id, minorAmount, oneOf, text } from '@mainspring/core'
import { event } from '@mainspring/events'

const itemFields = {
  item_id: id(),
  item: text({ example: 'Bread', description: 'What it is.' }),
  amount_minor: minorAmount({ example: 480, description: 'In the minor unit of the currency, exact.' }),
  currency_code: currency({ example: 'EUR', description: 'ISO 4217.' }),
  flow: oneOf(['INFLOW', 'OUTFLOW'], { description: 'Whether money comes in or goes out.' }),
  payor_id: id({ description: 'The payee who pays.' }),
  payee_id: id({ description: 'The payee who is paid.' }),
  transaction_date: date({ example: '2026-11-20' }),
  category: text({ optional: true, example: 'Groceries' }),
  note: text({ optional: true }),
}

/** An item was entered. */
export const ItemCreated = event('budget.item_created', itemFields, {
  subject: 'budget-items/{item_id}',
  description: 'An item was entered.',
})

/** An item was changed; it says what the item is now. */
export const ItemUpdated = event('budget.item_updated', itemFields, {
  subject: 'budget-items/{item_id}',
  description: 'An item was changed, and is this now.',
})

/** An item is gone; it says what the item was. */
export const ItemDeleted = event('budget.item_deleted', itemFields, {
  subject: 'budget-items/{item_id}',
  description: 'An item was deleted, and was this.',
})

/** There is a new payee. */
export const PayeeCreated = event(
  'budget.payee_created',
  {
    payee_id: id(),
    name: text({ example: 'Corner Bakery' }),
    email: email({ optional: true, example: 'hello@bakery.example' }),
    phone: text({ optional: true, example: '+493012345678', description: 'E.164.' }),
    note: text({ optional: true }),
  },
  { subject: 'payees/{payee_id}', description: 'A payee was made, by itself or for an item that names it.' },
)
