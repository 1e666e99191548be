import { databaseTime, type Kysely, type Prepared, prepared } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { ItemState, WorkTables } from '../items.ts'

/** How things stand in a queue. */
export interface Sight {
  readonly queue: string
  /** Milliseconds until the next item is due; 0 when one is, undefined when there is none. */
  readonly due_in: number | undefined
  /** Whether there are items that wait for another one. */
  readonly hasWaiting: boolean
  /** Whether there are items whose worker did not keep them. */
  readonly hasExpired: boolean
}

/** Makes what looks at some queues, all with one statement, each at as many rows as are needed: three. */
export function createLookout(
  { database, clock }: EventStore,
  queues: readonly string[],
): () => Promise<readonly Sight[]> {
  const { engine, reader } = database
  const statement: Prepared<object, Row> = prepared((query: Kysely<WorkTables>) =>
    queues.map((queue) => sightOf(query, queue)).reduce((all, each) => all.unionAll(each)),
  )
  const sightOf = (query: Kysely<WorkTables>, queue: string) => {
    const items = (state: ItemState) =>
      query.selectFrom('mainspring_items').where('queue', '=', queue).where('state', '=', state).limit(1)
    const expired = items('LEASED').select('number').where('lease_time', '<=', databaseTime(engine.name))
    return query.selectNoFrom((look) => [
      look.val(queue).as('queue'),
      items('READY').select('due_time').orderBy('due_time').orderBy('number').as('due_time'),
      items('WAITING').select('number').as('waiting'),
      expired.as('expired'),
    ])
  }
  return async () => {
    const rows = await reader.queryPrepared(statement, {})
    const now = clock.now()
    return rows.map(({ queue, due_time, waiting, expired }) => ({
      queue,
      due_in:
        due_time === null ? undefined : Math.max(0, Date.parse(String(reader.decode('timestamp', due_time))) - now),
      hasWaiting: waiting !== null,
      hasExpired: expired !== null,
    }))
  }
}

interface Row {
  readonly queue: string
  readonly due_time: string | null
  readonly waiting: number | null
  readonly expired: number | null
}
