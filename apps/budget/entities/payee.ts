import { email, text } from '@mainspring/core'
import { entity, type Row } from '@mainspring/data'

/** The longest name of a payee. */
export const LONGEST_NAME = 200

/** A person or firm on either side of a transaction. Names are not unique: one firm may have several points of contact. */
export const Payee = entity(
  'payees',
  'payee',
  {
    name: text({ min: 1, max: LONGEST_NAME, folded: true, filter: true, order: true, example: 'Corner Bakery' }),
    email: email({ optional: true, filter: true, example: 'hello@bakery.example' }),
    phone: text({
      min: 1,
      max: 40,
      optional: true,
      filter: true,
      example: '+493012345678',
      description: 'Any usual spelling comes in, E.164 is stored.',
    }),
    note: text({ min: 1, max: 2_000, optional: true }),
  },
  { description: 'A person or firm on either side of a transaction.' },
)
export interface Payee extends Row<typeof Payee> {}
