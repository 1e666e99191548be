import { listener, type Writes } from '@mainspring/events'
import type { Terms } from '../context.ts'
import { ReturnRequested } from '../events.ts'
import { settleReturn } from '../services/return-service.ts'

/** Settles each scan. One whose return is gone, with its place or its rental, has nothing left to settle. */
export const settleRequested = listener({
  name: 'rentals.settle_return',
  event: ReturnRequested,
  async handle(needs: Writes & { readonly terms: Terms }, { data: { return_id } }) {
    const settled = await settleReturn(needs, { id: return_id })
    if (!settled) needs.log.info({ return_id }, 'a return was deleted before it was settled')
  },
})
