import { object } from '@mainspring/core'
import { action, resource } from '@mainspring/resource'
import { Rental } from '../entities/rental.ts'
import { Return } from '../entities/return.ts'
import { checkOut, forgiveRental, newRentalFields } from '../services/rental-service.ts'
import { olderScanFields, recordReturnOf } from '../services/scan-service.ts'

export const rentalResource = resource(Rental, {
  list: true,
  listUnder: ['user_id'],
  get: true,
  create: { body: object(newRentalFields), handle: checkOut, errors: ['asset_out'] },
  custom: {
    forgive: action(forgiveRental, {
      summary: 'Forgive a rental',
      description: 'By an operator. What is out stays out until it is scanned, and nothing more may come back for it.',
      errors: ['rental_closed'],
    }),
    return: action(recordReturnOf, {
      older: 'PUT /rentals/{rental_id}',
      body: olderScanFields,
      reply: Return,
      summary: 'Return a rental',
      description:
        'As `POST /v1/returns`, for clients that know no scans of their own: it may settle this rental alone.',
      errors: ['reference_not_found'],
    }),
  },
  olderPaths: {
    '/v1/rentals/{rental_id}': '/rentals/{rental_id}',
    '/v1/users/{user_id}/rentals': '/rentals/users/{user_id}',
  },
})
