import { type EventOf, listener, type Writes } from '@mainspring/events'
import { ReturnCompleted, ReturnRejected } from '../events.ts'
import { countReturn, type Outcome } from '../services/count-service.ts'

type Settled = EventOf<typeof ReturnCompleted | typeof ReturnRejected>

/** Counts how scans end, by location. */
export const countSettled = listener({
  name: 'rentals.count_return',
  event: [ReturnCompleted, ReturnRejected],
  async handle(needs: Writes, { data }: Settled) {
    await countReturn(needs, { location_id: data.location_id, outcome: outcomeOf(data) })
  },
})

const outcomeOf = (data: Settled['data']): Outcome => {
  if ('reason' in data) return 'rejected'
  return data.status === 'FLAGGED' ? 'flagged' : 'completed'
}

/** A line of the log for whoever audits, once it was counted. */
export const auditSettled = listener({
  name: 'rentals.audit_return',
  event: [ReturnCompleted, ReturnRejected],
  after: [countSettled],
  async handle({ log }: Writes, { data: { return_id, location_id, ...data } }: Settled) {
    const outcome = 'reason' in data ? { reason: data.reason } : { rental_id: data.rental_id, status: data.status }
    log.info({ return_id, location_id, ...outcome }, 'a scan was settled')
  },
})
