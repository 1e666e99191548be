import { type Expression, type Given, type Kysely, prepared, type SqlBool, sql } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'
import { firstWaiting, makeReady, ofKeyWaiting } from './keys.ts'

/** Keys that a sweep looks at. */
export const MOST_SWEPT = 500

/** What a sweep did. */
export interface Swept {
  readonly promoted: number
  /** The key where it ended, unless it was through. */
  readonly after?: string | undefined
}

/**
 * Lets items be taken whose key is free though nobody said so, of some keys behind `after`: it makes up for who died between
 * a commit and `promote`. Costs as many looks at the index as there are keys, however many items each has.
 */
export async function sweep(store: EventStore, queue: string, after = ''): Promise<Swept> {
  const { engine, reader } = store.database
  const statement = engine.name === 'mysql' ? nextByGroup : nextByRecursion
  const found = await reader.queryPrepared(statement, { queue, after })
  const promoted = await makeReady(store, found)
  return { promoted, after: found.length === MOST_SWEPT ? found.at(-1)?.key : undefined }
}

/** Sweeps a queue if it is time to; tells whether that freed any items. */
export type Sweeper = (queue: string) => Promise<boolean>

/** Makes what sweeps queues every so many milliseconds, each from where it ended the last time. */
export function createSweeper(store: EventStore, every: number): Sweeper {
  const places = new Map<string, { readonly time: number; readonly after: string | undefined }>()
  return async (queue) => {
    const last = places.get(queue)
    const time = performance.now()
    if (last && time < last.time + every) return false
    let swept = await sweep(store, queue, last?.after)
    const isFreed = swept.promoted > 0
    // Where there was one there are more, say of a process that died: then it goes on until there are none.
    while (swept.promoted > 0 && swept.after !== undefined) swept = await sweep(store, queue, swept.after)
    places.set(queue, { time, after: swept.after })
    return isFreed
  }
}

/** Goes from key to key. `min` is found in an index whatever the order of nulls in it. */
const nextByRecursion = prepared((query: Kysely<WorkTables>, given: Given<SweepGiven>) => {
  const keyAfter = (after: Expression<unknown>) => {
    const least = query.selectFrom('mainspring_items as w').select(sql`min(w.key)`.as('key'))
    const waiting = least.where('w.queue', '=', given('queue')).where('w.state', '=', 'WAITING')
    return sql<string | null>`${waiting.where(sql<SqlBool>`w.key > ${after}`)}`.as('key')
  }
  return query
    .withRecursive('k(key, count)', (look) =>
      look.selectNoFrom([keyAfter(given('after')), sql<number>`1`.as('count')]).unionAll(
        look
          .selectFrom('k')
          .select([keyAfter(sql.ref('k.key')), sql<number>`k.count + 1`.as('count')])
          .where('k.key', 'is not', null)
          .where('k.count', '<', MOST_SWEPT),
      ),
    )
    .selectFrom('k')
    .select(nextOf(query, given))
    .where('k.key', 'is not', null)
})

/** MariaDB does not look for a key behind that of another row, but leaps through an index by itself. */
const nextByGroup = prepared((query: Kysely<WorkTables>, given: Given<SweepGiven>) => {
  const behind = ofKeyWaiting(query, given('queue')).where(sql<SqlBool>`w.key > ${given('after')}`)
  // It does so only if told of the whole index.
  const grouped = behind.groupBy(['w.queue', 'w.state', 'w.key'])
  const keys = grouped.orderBy('w.queue').orderBy('w.state').orderBy('w.key').limit(sql.lit(MOST_SWEPT))
  return query.selectFrom(keys.as('k')).select(nextOf(query, given))
})

interface SweepGiven {
  readonly queue: string
  readonly after: string
}

const nextOf = (query: Kysely<WorkTables>, given: Given<SweepGiven>) => [
  sql<string>`k.key`.as('key'),
  firstWaiting(query, given('queue'), 'k.key').as('number'),
]
