import { type Given, type Kysely, prepared, type Reader, sql, type TablesOf } from '@mainspring/data'
import type { EventStore } from './context.ts'
import { CONDUCTOR, requireLease } from './lease.ts'
import { moveEnd } from './logs.ts'
import type { logs, outbox } from './tables.ts'

type Tables = TablesOf<[typeof outbox, typeof logs]>

/** Events that get their places in one transaction. */
const MOST_AT_ONCE = 1_000

/**
 * Gives the next places in the outbox to events that are committed and have none; resolves to how many, so many at most. The
 * numbers of one subject's events are in the order of their commits, so whoever sees an event sees those before it, and a
 * plain SELECT in the order of numbers misses none. It must be plain: one that locks was seen on MariaDB to miss a subject's
 * first event and find its second. Throws `LeaseLost`, and then has changed nothing. On SQLite the number is the place.
 * Unless there are likely to be some, it looks before it begins a transaction.
 */
export async function stampOutbox({ database }: EventStore, epoch: number, isLikely: boolean): Promise<number> {
  const { engine, reader } = database
  if (engine.name === 'sqlite') return 0
  if (!isLikely && (await findUnstamped(reader, 1)).count === 0) return 0
  return database.write(async (db) => {
    await requireLease(db, CONDUCTOR, epoch)
    const { count, numbers } = await findUnstamped(db, MOST_AT_ONCE)
    if (count === 0) return 0
    const statement = db.engine === 'postgres' ? stampOnPostgres : stampOnMysql
    await db.requirePrepared(statement, { numbers }, () => new Error('Events that were to get places are gone.'))
    await moveEnd(db, 'outbox', count)
    return count
  })
}

/** The events that come next. */
interface Next {
  readonly count: number
  /** As the engine writes a list. */
  readonly numbers: string
}

async function findUnstamped(db: Reader, limit: number): Promise<Next> {
  if (db.engine === 'postgres') {
    const [found] = await db.queryPrepared(findOnPostgres, { limit })
    return { count: found?.count ?? 0, numbers: found?.numbers ?? '{}' }
  }
  const rows = await db.queryPrepared(findOnMysql, { limit })
  return { count: rows.length, numbers: JSON.stringify(rows.map(({ number }) => number)) }
}

interface Look {
  readonly limit: number
}

const unstamped = (query: Kysely<Tables>, given: Given<Look>) =>
  query.selectFrom('mainspring_outbox').select('number').where('position', 'is', null).limit(given('limit'))

/** One row, which goes back as it came. It takes the order from the index only if it is said as there. */
const findOnPostgres = prepared((query: Kysely<Tables>, given: Given<Look>) =>
  query
    .selectFrom(
      unstamped(query, given)
        .orderBy('position', (order) => order.asc().nullsFirst())
        .orderBy('number')
        .as('next'),
    )
    .select([sql<number>`count(*)`.as('count'), sql<string>`array_agg(number order by number)::text`.as('numbers')]),
)

const findOnMysql = prepared((query: Kysely<Tables>, given: Given<Look>) => unstamped(query, given).orderBy('number'))

type Batch = Pick<Next, 'numbers'>

/** The last place that was given. */
const findEnd = (query: Kysely<Tables>) =>
  query.selectFrom('mainspring_logs').select('position').where('name', '=', 'outbox')

const stampOnPostgres = prepared((query: Kysely<Tables>, given: Given<Batch>) =>
  query
    .updateTable('mainspring_outbox as event')
    .from(sql`unnest(${given('numbers')}::bigint[]) with ordinality`.as(sql`batch(number, place)`))
    .set({ position: sql<number>`coalesce((${findEnd(query)}), 0) + batch.place` })
    .where(sql<boolean>`event.number = batch.number`),
)

/** Begins with the batch: the other way round all rows would be read, and locked. */
const stampOnMysql = prepared((query: Kysely<Tables>, given: Given<Batch>) => ({
  compile: () =>
    sql`update json_table(${given('numbers')}, '$[*]' columns (place for ordinality, number bigint path '$')) as batch
      straight_join mainspring_outbox as event on event.number = batch.number
      set event.position = coalesce((${findEnd(query)}), 0) + batch.place`.compile(query),
}))
