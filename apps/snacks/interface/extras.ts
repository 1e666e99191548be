import { everyMethod, resource } from '@mainspring/resource'
import { Extra } from '../entities/extra.ts'
import { createExtras, deleteExtra, updateExtra } from '../services/menu-service.ts'
import { menu } from './menu.ts'

export const extraResource = resource(Extra, {
  ...everyMethod,
  create: { handleMany: createExtras },
  update: { handle: updateExtra },
  delete: { handle: deleteExtra },
  cached: menu,
})
