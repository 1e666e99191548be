import type { Selects } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'
import { momentOf } from './dead-letters.ts'
import { NO_QUEUE } from './erase.ts'

/** What somebody did to a listener, a queue, a dead letter or a subject. */
export interface ListedIntervention {
  readonly number: number
  readonly actor: string
  readonly action: string
  /** The listener or queue, if it was about one. */
  readonly queue: string | null
  /** The number of the dead letter, if it was about one. */
  readonly item: number | null
  /** What an edit replaced, or `{ subject }` of who was erased. */
  readonly payload: unknown
  readonly create_time: string
}

/** What people did, the latest first; to one queue or listener if it is named. */
export async function listInterventions(
  store: EventStore,
  { queue }: { readonly queue?: string | undefined },
  { before = Number.MAX_SAFE_INTEGER, limit = 100 }: { readonly before?: number; readonly limit?: number } = {},
): Promise<readonly ListedIntervention[]> {
  const rows = await store.database.reader.query((query: Selects<WorkTables>) =>
    query
      .selectFrom('mainspring_interventions')
      .selectAll()
      .where('number', '<', before)
      .$if(queue !== undefined, (all) => all.where('queue', '=', String(queue)))
      .orderBy('number', 'desc')
      .limit(limit),
  )
  return rows.map(({ queue, payload, create_time, ...row }) => ({
    ...row,
    queue: queue === NO_QUEUE ? null : queue,
    payload: payload === null ? null : JSON.parse(payload),
    create_time: momentOf(store, create_time),
  }))
}
