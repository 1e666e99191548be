import type { EventStore } from '../context.ts'
import type { Origin } from '../envelope.ts'
import type { Work } from '../queue.ts'
import type { Claimed } from './claim.ts'

/** An item as whoever works on it gets it. Its payload and its origin are as `insertItems` wrote them. */
export function workOf({ service, database }: EventStore, item: Claimed, signal: AbortSignal): Work<object> {
  const created = database.engine.decoder('timestamp')?.(item.create_time) ?? item.create_time
  return {
    payload: JSON.parse(item.payload) as object,
    // With the time: a number may come again when a backup was restored, and must not seem to be the one before it.
    id: `${service}-${item.number}-${Date.parse(String(created)).toString(36)}`,
    attempt: item.attempts + 1,
    signal,
  }
}

/** What caused an item. */
export const originOf = ({ origin }: Claimed): Origin => (origin === null ? {} : (JSON.parse(origin) as Origin))
