import { everyMethod, resource, through } from '@mainspring/resource'
import { Extra } from '../entities/extra.ts'
import { PizzaExtra } from '../entities/pizza-extra.ts'
import { createExtras, deleteExtra, updateExtra } from '../services/menu-service.ts'
import { menu, publicReads } from './menu.ts'

export const extraResource = resource(Extra, {
  ...everyMethod,
  listUnder: [through(PizzaExtra, 'pizza_id')],
  create: { handleMany: createExtras },
  update: { handle: updateExtra },
  delete: { handle: deleteExtra },
  open: publicReads,
  cached: menu,
})
