import { boolean, region, text, timeZone } from '@mainspring/core'
import { service } from '@mainspring/service'
import { BudgetItem } from './entities/budget-item.ts'
import { LONGEST_NAME, Payee } from './entities/payee.ts'
import { ItemCreated, ItemDeleted, ItemUpdated, PayeeCreated } from './events.ts'
import { itemFixtures } from './fixtures/budget-items.ts'
import { payeeFixtures } from './fixtures/payees.ts'
import { budgetItems } from './interface/budget-items.ts'
import { bookOrders } from './interface/on-order-settled.ts'
import { payees } from './interface/payees.ts'

export const budget = service({
  name: 'budget',
  description: 'What comes in and what goes out, and between whom.',
  config: {
    region: region({
      optional: true,
      description: 'Where national phone numbers are read as dialled; none are without it.',
    }),
    time_zone: timeZone({ default: 'UTC', description: 'Decides what day it is.' }),
    bookkeeping: boolean({
      default: false,
      description:
        'Books the orders of snacks when they are delivered, and again the other way when they are refunded.',
    }),
    bookkeeping_payor: text({
      ...{ min: 1, max: LONGEST_NAME, default: 'Guests' },
      description: 'The payee who pays for orders, by name; made if there is none.',
    }),
    bookkeeping_payee: text({
      ...{ min: 1, max: LONGEST_NAME, default: 'Pizza shop' },
      description: 'The payee who is paid for orders, likewise.',
    }),
  },
  connect: ({ bookkeeping, bookkeeping_payor: payor, bookkeeping_payee: payee, ...locality }) => ({
    locality,
    bookkeeping: bookkeeping ? { payor, payee } : null,
  }),
  entities: [Payee, BudgetItem],
  resources: [payees, budgetItems],
  events: [ItemCreated, ItemUpdated, ItemDeleted, PayeeCreated],
  listeners: [bookOrders],
  codes: {
    phone_invalid: { kind: 'invalid', title: 'The text is no telephone number.' },
    merge_into_itself: { kind: 'invalid', title: 'A payee cannot be folded into itself.' },
    payees_trade: { kind: 'conflict', title: 'There are items between the two payees that were to become one.' },
    payee_ambiguous: { kind: 'conflict', title: 'Several payees have that name.' },
    same_party: { kind: 'invalid', title: 'Payor and payee are the same.' },
    mixed_currencies: { kind: 'conflict', title: 'The items to be summed up are in several currencies.' },
    sum_too_large: { kind: 'conflict', title: 'A sum is too large to be answered exactly.' },
    too_many_groups: { kind: 'conflict', title: 'There would be too many groups.' },
    invalid_csv: { kind: 'invalid', title: 'The file is not the CSV that is taken here.' },
  },
  fixtures: [payeeFixtures, itemFixtures],
  migrations: new URL('migrations', import.meta.url),
})
