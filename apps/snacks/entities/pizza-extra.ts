import { boolean } from '@mainspring/core'
import { entity, type Row, reference } from '@mainspring/data'
import { Extra } from './extra.ts'
import { Pizza } from './pizza.ts'

/** That a pizza lists an extra: so the database knows which extras are in use. */
export const PizzaExtra = entity(
  'pizza-extras',
  'pizza-extra',
  {
    pizza_id: reference(() => Pizza),
    extra_id: reference(() => Extra),
    free: boolean({ description: 'Whether it costs nothing on this pizza.' }),
  },
  { indexes: [{ columns: ['pizza_id', 'extra_id'], unique: true }] },
)
export interface PizzaExtra extends Row<typeof PizzaExtra> {}
