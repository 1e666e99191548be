import { id, oneOf, text, timestamp } from '@mainspring/core'
import { entity, type Row, reference } from '@mainspring/data'
import { Location } from './location.ts'
import { LONGEST_QR_DATA, qrKeyOf } from './qr-data.ts'
import { Rental } from './rental.ts'

/** Why a scan settled nothing. */
export const REASONS = [
  'qr_unreadable',
  'user_unknown',
  'asset_unknown',
  'no_eligible_rental',
  'already_returned',
  'rental_mismatch',
] as const
export type Reason = (typeof REASONS)[number]

const qrData = (whose: string, example: string) =>
  text({ min: 1, max: LONGEST_QR_DATA, example, description: `The ${whose}'s code as scanned: its id in base64.` })

const qrKey = text({ max: 63 })

/** One scan of a user's and a container's code, and what became of it. */
export const Return = entity(
  'returns',
  'return',
  {
    location_id: reference(() => Location, { filter: true, description: 'Where it was scanned.' }),
    user_qr_data: qrData('user', 'dHBnX3UwMDAx'),
    asset_qr_data: qrData('container', 'dHBnX2EwMDAwMQ'),
    scan_time: timestamp({
      filter: true,
      order: true,
      description: 'When, by the clock of the scanner, which may have been offline since.',
    }),
    state: oneOf(['PENDING', 'COMPLETED', 'REJECTED'], {
      default: 'PENDING',
      output_only: true,
      filter: true,
      description: 'COMPLETED when it settled a rental, late or not.',
    }),
    rental_id: reference(() => Rental, {
      optional: true,
      output_only: true,
      unique: true,
      filter: true,
      description: 'The rental that it settled.',
    }),
    reason: oneOf(REASONS, { optional: true, output_only: true, filter: true, description: 'Why it was rejected.' }),
    expected_rental_id: id({
      optional: true,
      output_only: true,
      description: 'The only rental that it may settle, if it came with one.',
    }),
  },
  {
    description: "One scan of a user's and a container's code, and what became of it.",
    derived: {
      asset_key: { field: qrKey, of: ['asset_qr_data'], from: ({ asset_qr_data }) => qrKeyOf(asset_qr_data) },
      user_key: { field: qrKey, of: ['user_qr_data'], from: ({ user_qr_data }) => qrKeyOf(user_qr_data) },
    },
    indexes: [{ columns: ['asset_key', 'user_key', 'scan_time', 'location_id'], unique: true }],
  },
)
export interface Return extends Row<typeof Return> {}
