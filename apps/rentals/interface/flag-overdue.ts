import { schedule } from '@mainspring/events'
import type { RentalWrites } from '../context.ts'
import { flagOverdue } from '../services/rental-service.ts'

/** A unit of work has its time: what is left after so many calls is flagged a minute later. */
const MOST_CALLS = 10

/** Flags what is overdue too long, every minute. */
export const flagging = schedule({
  name: 'rentals.flag_overdue',
  cron: '* * * * *',
  async handle(needs: RentalWrites) {
    for (let calls = 0; calls < MOST_CALLS; calls++) if ((await flagOverdue(needs)) === 0) return
  },
})
