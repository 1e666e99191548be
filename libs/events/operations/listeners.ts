import type { Kysely, Reader, Selects, TablesOf } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'
import { endOf } from '../logs.ts'
import { type inbox, interventions, type listeners, type marks } from '../tables.ts'
import { momentOf } from './dead-letters.ts'
import { MOST_COUNTED } from './queues.ts'

type Tables = TablesOf<[typeof inbox, typeof listeners, typeof marks]> & WorkTables

/** How far a listener is. */
export interface ListenerPlace {
  readonly listener: string
  /** The types of events that it listens to, or did. */
  readonly types: readonly string[]
  /** All up to there are done for it, or set aside. */
  readonly position: number
  /**
   * Events that have arrived for it and that it has not come to: exact up to 10,000, and beyond that how many there are for
   * all listeners.
   */
  readonly lag: number
  /** When the first of them arrived. */
  readonly oldest_time: string | null
}

/** How far the listeners are that were ever registered, by name. Costs a look at the index for each event up to 10,000. */
export async function listListenerPlaces(store: EventStore): Promise<readonly ListenerPlace[]> {
  const { reader } = store.database
  const rows = await reader.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_listeners').select(['name', 'types', 'position']).orderBy('name'),
  )
  const end = await endOf(reader, 'inbox')
  return Promise.all(
    rows.map(async ({ name, position, types: encoded }): Promise<ListenerPlace> => {
      const types = reader.decode('json', encoded) as readonly string[]
      const ahead =
        position < end ? await Promise.all(types.map((type) => countAhead(reader, name, type, position))) : []
      const count = ahead.reduce((sum, each) => sum + each.count, 0)
      const [oldest = null] = ahead
        .map((each) => each.oldest)
        .filter((each) => each !== null)
        .toSorted()
      return {
        ...{ listener: name, types, position },
        lag: ahead.some((each) => each.count === MOST_COUNTED) ? end - position : count,
        oldest_time: oldest === null ? null : momentOf(store, oldest),
      }
    }),
  )
}

/** Events of a type behind a listener's place that it is not done with and has not set aside. */
async function countAhead(db: Reader, name: string, type: string, position: number) {
  const [row] = await db.query((query: Selects<Tables>) => {
    const first = query
      .selectFrom('mainspring_inbox as event')
      .select('event.receive_time')
      .where('event.type', '=', type)
      .where('event.position', '>', position)
      .where(({ and, not, exists, selectFrom }) => {
        const mark = selectFrom('mainspring_marks as mark').select('mark.position').where('mark.listener', '=', name)
        const item = selectFrom('mainspring_items as item').select('item.position').where('item.queue', '=', name)
        return and([
          not(exists(mark.whereRef('mark.position', '=', 'event.position'))),
          not(exists(item.whereRef('item.position', '=', 'event.position'))),
        ])
      })
      .orderBy('event.position')
      .limit(MOST_COUNTED)
    return query
      .selectFrom(first.as('ahead'))
      .select((look) => [look.fn.countAll<number>().as('count'), look.fn.min('receive_time').as('oldest')])
  })
  return { count: Number(row?.count ?? 0), oldest: row?.oldest ?? null }
}

/** Rows that are deleted at once. */
const MOST_AT_ONCE = 500

/**
 * Forgets a listener or a queue that no code has any more: its place, which has kept events from being pruned, and all that it
 * had set aside or still had to do. Resolves to how many items that were. A process that still has it would lose events.
 */
export async function forgetConsumer({ database }: EventStore, name: string, actor: string): Promise<number> {
  await database.write(async (db) => {
    await db.lockKeys(['mainspring/listeners'])
    await db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_listeners').where('name', '=', name))
    await db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_marks').where('listener', '=', name))
    await db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_pauses').where('queue', '=', name))
    await db.append(interventions, [{ actor, action: 'forget', queue: name, create_time: db.now() }])
  })
  for (let count = 0; ; ) {
    const items = await database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_items').select('number').where('queue', '=', name).limit(MOST_AT_ONCE),
    )
    if (items.length === 0) return count
    const numbers = items.map(({ number }) => number)
    count += await database.write(async (db) => {
      await db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_attempts').where('item', 'in', numbers))
      return db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_items').where('number', 'in', numbers))
    })
  }
}
