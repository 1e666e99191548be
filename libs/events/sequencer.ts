import { type Given, type Kysely, type Prepared, prepared, type Reader, sql, type TablesOf } from '@mainspring/data'
import type { EventStore } from './context.ts'
import { CONDUCTOR, requireLease } from './lease.ts'
import { endOf, moveEnd } from './logs.ts'
import type { outbox } from './tables.ts'

type Tables = TablesOf<[typeof outbox]>

/** Events that get their places in one transaction. */
const MOST_AT_ONCE = 1_000

/**
 * Gives the next places in the outbox to events that are committed and have none; resolves to how many, so many at most. The
 * numbers of one subject's events are in the order of their commits, so whoever sees an event sees those before it, and a
 * plain SELECT in the order of numbers misses none. It must be plain: one that locks was seen on MariaDB to miss a subject's
 * first event and find its second. Throws `LeaseLost`, and then has changed nothing. On SQLite the number is the place.
 */
export async function stampOutbox({ database }: EventStore, epoch: number): Promise<number> {
  const { engine, reader } = database
  if (engine.name === 'sqlite' || (await findUnstamped(reader, ONE)).length === 0) return 0
  return database.write(async (db) => {
    await requireLease(db, CONDUCTOR, epoch)
    const numbers = await findUnstamped(db, MANY)
    const end = await endOf(db, 'outbox')
    const stamped =
      db.engine === 'postgres'
        ? await db.executePrepared(stampOnPostgres, { end, numbers: `{${numbers.join()}}` })
        : await db.executePrepared(stampOnMysql, { end, numbers: JSON.stringify(numbers) })
    if (stamped !== numbers.length) throw new Error(`${numbers.length} events were to get places, but ${stamped} did.`)
    await moveEnd(db, 'outbox', end + stamped)
    return stamped
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

/** The last place that was given, and the numbers that come next as the engine writes a list. */
interface Batch {
  readonly end: number
  readonly numbers: string
}

const stampOnPostgres = prepared((query: Kysely<Tables>, given: Given<Batch>) =>
  query
    .updateTable('mainspring_outbox as event')
    .from(sql`unnest(${given('numbers')}::bigint[]) with ordinality`.as(sql`batch(number, place)`))
    .set({ position: sql<number>`${given('end')}::bigint + batch.place` })
    .where(sql<boolean>`event.number = batch.number`),
)

/** Begins with the batch: the other way round all rows would be read, and locked. */
const stampOnMysql = prepared((query: Kysely<Tables>, given: Given<Batch>) => ({
  compile: () =>
    sql`update json_table(${given('numbers')}, '$[*]' columns (place for ordinality, number bigint path '$')) as batch
      straight_join mainspring_outbox as event on event.number = batch.number
      set event.position = ${given('end')} + batch.place`.compile(query),
}))
