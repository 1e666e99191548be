import { currency, date, minorAmount, oneOf, text } from '@mainspring/core'
import { entity, type Row, reference } from '@mainspring/data'
import { Payee } from './payee.ts'

/** One movement of money from a payor to a payee; amounts are whole numbers of the currency's minor unit. */
export const BudgetItem = entity(
  'budget-items',
  'budget-item',
  {
    item: text({ min: 1, max: 200, filter: true, order: true, example: 'Bread', description: 'What it is.' }),
    amount_minor: minorAmount({
      filter: true,
      order: true,
      example: 480,
      description: 'In the minor unit of the currency: cents, not euros.',
    }),
    currency_code: currency({ filter: true, example: 'EUR', description: 'ISO 4217.' }),
    flow: oneOf(['INFLOW', 'OUTFLOW'], {
      default: 'OUTFLOW',
      filter: true,
      description: 'Whether money comes in or goes out.',
    }),
    payor_id: reference(() => Payee, { filter: true, description: 'The payee who pays.' }),
    payee_id: reference(() => Payee, { filter: true, description: 'The payee who is paid.' }),
    transaction_date: date({ filter: true, order: true, example: '2026-11-20' }),
    category: text({ min: 1, max: 100, optional: true, filter: true, order: true, example: 'Groceries' }),
    note: text({ min: 1, max: 2_000, optional: true }),
  },
  {
    description: 'One movement of money.',
    check: ({ payor_id, payee_id }) =>
      payor_id === payee_id
        ? [{ field: 'payee_id', code: 'same_party', detail: 'Must be somebody else than the payor.' }]
        : [],
    derived: {
      month: {
        field: text({ max: 7 }),
        of: ['transaction_date'],
        from: ({ transaction_date }) => transaction_date.slice(0, 7),
      },
    },
  },
)
export interface BudgetItem extends Row<typeof BudgetItem> {}
