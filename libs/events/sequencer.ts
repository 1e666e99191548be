import { type Given, type Kysely, type Prepared, prepared, type Reader, sql, type TablesOf } from '@mainspring/data'
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
  if (!isLikely && (await findUnstamped(reader, ONE)).length === 0) return 0
  return database.write(async (db) => {
    await requireLease(db, CONDUCTOR, epoch)
    const numbers = await findUnstamped(db, MANY)
    if (numbers.length === 0) return 0
    const [statement, list] =
      db.engine === 'postgres' ? [stampOnPostgres, `{${numbers.join()}}`] : [stampOnMysql, JSON.stringify(numbers)]
    await db.requirePrepared(statement, { numbers: list }, () => new Error('Events that were to get places are gone.'))
    await moveEnd(db, 'outbox', numbers.length)
    return numbers.length
  })
}

async function findUnstamped(db: Reader, { postgres, others }: Look): Promise<readonly number[]> {
  const rows = await db.queryPrepared(db.engine === 'postgres' ? postgres : others, {})
  return rows.map(({ number }) => number)
}

interface Look {
  /** It takes the order from the index only if it is said as there. */
  readonly postgres: Prepared<object, { number: number }>
  readonly others: Prepared<object, { number: number }>
}

function lookFor(limit: number): Look {
  const find = (query: Kysely<Tables>) =>
    query.selectFrom('mainspring_outbox').select('number').where('position', 'is', null).limit(limit)
  return {
    postgres: prepared((query: Kysely<Tables>) =>
      find(query)
        .orderBy('position', (order) => order.asc().nullsFirst())
        .orderBy('number'),
    ),
    others: prepared((query: Kysely<Tables>) => find(query).orderBy('number')),
  }
}

const ONE = lookFor(1)
const MANY = lookFor(MOST_AT_ONCE)

/** The numbers that come next, as the engine writes a list. */
interface Batch {
  readonly numbers: string
}

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
