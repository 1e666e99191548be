import { id, object } from '@mainspring/core'
import { resource, stream } from '@mainspring/resource'
import { Return } from '../entities/return.ts'
import { ReturnCompleted, ReturnRejected } from '../events.ts'
import { recordReturn, scanFields } from '../services/scan-service.ts'

export const returns = resource(Return, {
  list: true,
  get: true,
  create: { body: object(scanFields), handle: recordReturn, found: 'The first return of the same scan.' },
  custom: {
    stream: stream([ReturnCompleted, ReturnRejected], {
      collection: true,
      summary: 'Follow what becomes of scans',
      query: { location_id: id({ optional: true, description: 'Only of those at this location.' }) },
      matches: ({ data }, { location_id }) => (location_id ?? data.location_id) === data.location_id,
    }),
  },
})
