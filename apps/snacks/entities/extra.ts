import { currency, minorAmount } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'
import { menuName } from './menu-name.ts'

/** What may be added to a pizza, at a price. */
export const Extra = entity(
  'extras',
  'extra',
  {
    name: menuName('Green peppers'),
    price_minor: minorAmount({
      filter: true,
      order: true,
      example: 120,
      description: 'In the minor unit of the currency: cents, not euros.',
    }),
    currency_code: currency({ filter: true, example: 'EUR', description: 'ISO 4217.' }),
  },
  { description: 'What may be added to a pizza.' },
)
export interface Extra extends Row<typeof Extra> {}
