import { resource } from '@mainspring/resource'
import { Sprocket } from '../entities/sprocket.ts'

export const sprockets = resource(Sprocket, {
  list: true,
  get: true,
  create: true,
  update: true,
  apply: true,
  delete: true,
  batchGet: true,
  batchCreate: true,
  batchUpdate: true,
  batchDelete: true,
})
