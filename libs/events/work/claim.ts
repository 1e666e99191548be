import { toTimestamp } from '@mainspring/core'
import {
  databaseTime,
  type EngineName,
  type Expression,
  type Given,
  type Kysely,
  type Prepared,
  prepared,
  type Selects,
  type SqlBool,
  sql,
  type Writer,
} from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'
import { isFirstOfItsKey } from './keys.ts'

/** An item that this process has taken, under an epoch of its own. */
export interface Claimed {
  readonly number: number
  readonly queue: string
  readonly key: string | null
  readonly payload: string
  readonly position: number | null
  /** Those that failed. */
  readonly attempts: number
  readonly epoch: number
  /** Of its last failure, also of one before it was replayed. */
  readonly cause: string | null
  readonly origin: string | null
  readonly create_time: string
}

/**
 * Takes items of a queue that are due by the service's clock and the first of their key, the longest due first; none while
 * the queue is paused. They are this process's for `lease` milliseconds by the clock of the database.
 */
export async function claim(
  { database, clock }: EventStore,
  queue: string,
  limit: number,
  lease: number,
): Promise<readonly Claimed[]> {
  const { name, encode } = database.engine
  const given: ClaimGiven = { queue, limit, lease, now: String(encode('timestamp', toTimestamp(clock.now()))) }
  const claimed =
    name === 'mysql'
      ? await database.write((db) => claimInTwoSteps(db, given))
      : await database.write((db) => db.returnPrepared(claims[name], given), { single: true })
  return claimed.toSorted((a, b) => a.number - b.number)
}

interface ClaimGiven {
  readonly queue: string
  readonly limit: number
  readonly lease: number
  readonly now: string
}

const COLUMNS = [
  'number',
  'queue',
  'key',
  'payload',
  'position',
  'attempts',
  'epoch',
  'cause',
  'origin',
  'create_time',
] as const

/** The items `i` that may be taken; those that somebody else is just taking are passed over. Subqueries lock nothing. */
function claimable(
  query: Selects<WorkTables>,
  engine: EngineName,
  { queue, now, limit }: { queue: Expression<string>; now: Expression<string>; limit: Expression<number> },
) {
  const found = query
    .selectFrom('mainspring_items as i')
    .where('i.queue', '=', queue)
    .where('i.state', '=', 'READY')
    .where('i.due_time', '<=', now)
    .where(isFirstOfItsKey(query, queue))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('mainspring_pauses as p').select('p.queue').where('p.queue', '=', queue))),
    )
    .orderBy('i.due_time')
    .orderBy('i.number')
    .limit(limit)
  return engine === 'sqlite' ? found : found.forUpdate().skipLocked()
}

const claimIn = (engine: EngineName): Prepared<ClaimGiven, Claimed> =>
  prepared((query: Kysely<WorkTables>, given: Given<ClaimGiven>) =>
    query
      .with('found', () =>
        claimable(query, engine, { queue: given('queue'), now: given('now'), limit: given('limit') }).select(
          'i.number',
        ),
      )
      .updateTable('mainspring_items')
      .set({
        state: 'LEASED',
        epoch: sql`epoch + 1`,
        lease_time: databaseTime(engine, given('lease')),
      })
      .where(({ selectFrom }) => sql<SqlBool>`number in ${selectFrom('found').select('found.number')}`)
      .returning(COLUMNS),
  )

const claims = { sqlite: claimIn('sqlite'), postgres: claimIn('postgres') }

/** MySQL answers no rows of an UPDATE. */
async function claimInTwoSteps(db: Writer, { queue, now, limit, lease }: ClaimGiven): Promise<readonly Claimed[]> {
  const held = await db.query((query: Selects<WorkTables>) =>
    claimable(query, 'mysql', { queue: sql`${queue}`, now: sql`${now}`, limit: sql`${limit}` }).select(
      COLUMNS.map((column) => `i.${column}` as const),
    ),
  )
  const found = await firstOfTheirKeys(db, queue, held)
  if (found.length === 0) return []
  const numbers = found.map(({ number }) => number)
  await db.execute((query: Kysely<WorkTables>) =>
    query
      .updateTable('mainspring_items')
      .set({ state: 'LEASED', epoch: sql`epoch + 1`, lease_time: databaseTime('mysql', lease) })
      .where('number', 'in', numbers),
  )
  return found.map((item) => ({ ...item, epoch: item.epoch + 1 }))
}

/**
 * Items of those that are held which are the first of their key. A locking SELECT of InnoDB sees its rows as they are by now, but
 * what stands in their way as it was when it began: it may give two of one key that became free meanwhile.
 */
async function firstOfTheirKeys<I extends Pick<Claimed, 'number' | 'key'>>(
  db: Writer,
  queue: string,
  held: readonly I[],
): Promise<readonly I[]> {
  const keyed = held.filter(({ key }) => key !== null).map(({ number }) => number)
  if (keyed.length === 0) return held
  const rows = await db.query((query: Selects<WorkTables>) =>
    query
      .selectFrom('mainspring_items as i')
      .select('i.number')
      .where('i.number', 'in', keyed)
      .where(isFirstOfItsKey(query, sql`${queue}`)),
  )
  const first = new Set(rows.map(({ number }) => number))
  return held.filter(({ number, key }) => key === null || first.has(number))
}
