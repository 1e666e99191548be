import { object } from '@mainspring/core'
import { action, resource } from '@mainspring/resource'
import { Rental } from '../entities/rental.ts'
import { checkOut, forgiveRental, newRentalFields } from '../services/rental-service.ts'

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
  },
  olderPaths: {
    '/v1/rentals/{rental_id}': '/rentals/{rental_id}',
    '/v1/users/{user_id}/rentals': '/rentals/users/{user_id}',
  },
})
