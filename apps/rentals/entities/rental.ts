import { array, oneOf, timestamp } from '@mainspring/core'
import { entity, type Row, reference } from '@mainspring/data'
import { ASSET_TYPES, Asset } from './asset.ts'
import { Location } from './location.ts'
import { User } from './user.ts'

/** That somebody has a container, or had it. */
export const Rental = entity(
  'rentals',
  'rental',
  {
    user_id: reference(() => User, { filter: true, example: 'tpg_u0001', description: 'Who has it.' }),
    asset_id: reference(() => Asset, { filter: true, example: 'tpg_a00020', description: 'What was lent.' }),
    created_at_location_id: reference(() => Location, {
      filter: true,
      example: 'topanga-location-01',
      description: 'Where it went out.',
    }),
    expire_time: timestamp({ filter: true, order: true, description: 'By when it is to be back.' }),
    status: oneOf(['IN_PROGRESS', 'COMPLETED', 'FLAGGED', 'FORGIVEN'], {
      default: 'IN_PROGRESS',
      output_only: true,
      filter: true,
      description: 'FLAGGED is late: come back too late, or long overdue and still out.',
    }),
    eligible_asset_types: array(oneOf(ASSET_TYPES), {
      output_only: true,
      description: 'What may come back for it.',
    }),
    returned_at_location_id: reference(() => Location, {
      optional: true,
      output_only: true,
      filter: true,
      description: 'Where it, or what may come back for it, was scanned.',
    }),
    return_time: timestamp({
      optional: true,
      output_only: true,
      filter: true,
      order: true,
      description: 'When that was scanned; null while the rental is open, and when it was forgiven open.',
    }),
  },
  {
    description: 'That somebody has a container, or had it.',
    indexes: [{ columns: ['status', 'expire_time'] }],
  },
)
export interface Rental extends Row<typeof Rental> {}

/** The statuses of an open rental. */
export const OPEN = ['IN_PROGRESS', 'FLAGGED'] as const

/** Whether something may still come back for it. */
export const isOpen = ({ status, return_time }: Pick<Rental, 'status' | 'return_time'>): boolean =>
  return_time === null && OPEN.some((each) => each === status)
