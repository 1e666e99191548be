import { object } from '@mainspring/core'
import { resource } from '@mainspring/resource'
import { Return } from '../entities/return.ts'
import { recordReturn, scanFields } from '../services/scan-service.ts'

export const returns = resource(Return, {
  list: true,
  get: true,
  create: { body: object(scanFields), handle: recordReturn, found: 'The first return of the same scan.' },
})
