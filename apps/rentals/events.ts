import { email, id, object, oneOf, text, timestamp } from '@mainspring/core'
import { event } from '@mainspring/events'

const returnId = () => id({ description: 'The return: one scan.' })
const locationId = () => id({ description: 'Where it was scanned.' })
const scanTime = () => timestamp({ description: 'When, by the clock of the scanner.' })

/** Whom it concerns, with what it takes to write to them: others have no way to ask. */
const user = () =>
  object(
    {
      id: id(),
      name: text(),
      email: email({ optional: true }),
      phone: text({ optional: true, description: 'E.164.', example: '+493012345678' }),
      language_code: text({ optional: true, description: 'BCP 47.', example: 'en-GB' }),
    },
    { description: 'Who has, or had, the container.' },
  )

/** A scan was taken down; what it settles is not decided yet. */
export const ReturnRequested = event(
  'rentals.return_requested',
  {
    return_id: returnId(),
    location_id: locationId(),
    user_qr_data: text({ example: 'dHBnX3UwMDAx', description: "The user's code as scanned: an id in base64." }),
    asset_qr_data: text({ example: 'dHBnX2EwMDAwMQ', description: "The container's code as scanned." }),
    scan_time: scanTime(),
    expected_rental_id: id({ optional: true, description: 'The only rental that it may settle, if it came with one.' }),
  },
  { subject: 'returns/{return_id}', description: "A user's and a container's code were scanned." },
)

/** A scan settled a rental. */
export const ReturnCompleted = event(
  'rentals.return_completed',
  {
    return_id: returnId(),
    rental_id: id({ description: 'The rental that it settled, and closed.' }),
    status: oneOf(['COMPLETED', 'FLAGGED'], { description: 'How the rental ended; FLAGGED is late.' }),
    location_id: locationId(),
    return_time: scanTime(),
    asset_id: id({ description: 'The container that was scanned.' }),
    rented_asset_id: id({ description: 'The container that was lent: the same, or one for which that may come back.' }),
    user: user(),
  },
  { subject: 'returns/{return_id}', description: 'A scan settled a rental, in time or late.' },
)

/** A scan settled nothing. */
export const ReturnRejected = event(
  'rentals.return_rejected',
  {
    return_id: returnId(),
    reason: oneOf([
      'qr_unreadable',
      'user_unknown',
      'asset_unknown',
      'no_eligible_rental',
      'already_returned',
      'rental_mismatch',
    ]),
    location_id: locationId(),
    scan_time: scanTime(),
    user_id: id({
      optional: true,
      description: "What the user's code says, if it is readable; there may be no such user.",
    }),
    asset_id: id({ optional: true, description: "What the container's code says, likewise." }),
  },
  { subject: 'returns/{return_id}', description: 'A scan settled no rental.' },
)

/** An open rental was flagged for being overdue too long. */
export const RentalOverdue = event(
  'rentals.rental_overdue',
  {
    rental_id: id({ description: 'The rental; something may still come back for it.' }),
    asset_id: id({ description: 'The container that is out.' }),
    created_at_location_id: id({ description: 'Where it went out.' }),
    expire_time: timestamp({ description: 'By when it was to be back.' }),
    user: user(),
  },
  { subject: 'rentals/{rental_id}', description: 'A rental is overdue by more than the grace, and was flagged.' },
)
