import { toTimestamp } from '@mainspring/core'
import { type Kysely, type Selects, sql, type TablesOf } from '@mainspring/data'
import type { EventStore } from './context.ts'
import { endOf, inOrderOf, type LogName } from './logs.ts'
import type { inbox, listeners, outbox, readers } from './tables.ts'

type Tables = TablesOf<[typeof outbox, typeof inbox, typeof readers, typeof listeners]>

/** How long events are kept. */
export interface Retention {
  /** Milliseconds that they are kept at least, also when everybody has them: so long a new reader may go back. */
  readonly age: number
  /** Milliseconds after which they go even if somebody still waits for them. */
  readonly hard_age: number
  /** How many are kept at most, whoever waits for them. */
  readonly most: number
}

const DAY = 24 * 3_600_000

/** A week; a month for who does not come; ten million, some gigabytes. */
export const USUAL_RETENTION: Retention = { age: 7 * DAY, hard_age: 30 * DAY, most: 10_000_000 }

/** What is gone. */
export interface Pruned {
  readonly events: number
  /** How many of them somebody had not read. */
  readonly unread: number
}

/** Rows that are deleted at once, so that nobody waits long for any number of them. */
const MOST_AT_ONCE = 500

/**
 * Deletes the oldest events of the outbox that all readers have and that are old enough, or that are too old or too many
 * whoever waits for them; the latter is said in the log. Readers that have not come for the longest time are forgotten then.
 */
export async function pruneOutbox(store: EventStore, retention: Retention = USUAL_RETENTION): Promise<Pruned> {
  const { reader, engine } = store.database
  const waiting = await reader.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_readers').select(['name', 'position']),
  )
  const place = engine.name === 'sqlite' ? 'number' : 'position'
  const log = { name: 'outbox', table: 'mainspring_outbox', place, time: 'create_time' } as const
  const pruned = await prune(store, log, waiting, retention)
  await forgetReaders(store, retention)
  return pruned
}

/** Otherwise what they will never fetch would be kept as long as may be, for ever. Who has all has nothing to come for. */
async function forgetReaders({ database, clock, log }: EventStore, { hard_age }: Retention): Promise<void> {
  const longAgo = String(database.reader.encode('timestamp', toTimestamp(clock.now() - hard_age)))
  const end = await endOf(database.reader, 'outbox')
  const gone = await database.reader.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_readers')
      .select(['name', 'position'])
      .where('update_time', '<', longAgo)
      .where('position', '<', end),
  )
  for (const { name, position } of gone) {
    log.warn({ reader: name, position }, 'a reader of events has not come for long and is forgotten')
    await database.write((db) =>
      db.execute((query: Kysely<Tables>) =>
        query.deleteFrom('mainspring_readers').where('name', '=', name).where('update_time', '<', longAgo),
      ),
    )
  }
}

/** Deletes the oldest events of the inbox in the same way; here it is the listeners that have read them, or not. */
export async function pruneInbox(store: EventStore, retention: Retention = USUAL_RETENTION): Promise<Pruned> {
  const waiting = await store.database.reader.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_listeners').select(['name', 'position']),
  )
  return prune(
    store,
    { name: 'inbox', table: 'mainspring_inbox', place: 'position', time: 'receive_time' },
    waiting,
    retention,
  )
}

interface PrunedLog {
  readonly name: LogName
  readonly table: 'mainspring_outbox' | 'mainspring_inbox'
  readonly place: 'number' | 'position'
  readonly time: 'create_time' | 'receive_time'
}

interface Waiting {
  readonly name: string
  readonly position: number
}

async function prune(
  store: EventStore,
  log: PrunedLog,
  waiting: readonly Waiting[],
  { age, hard_age, most }: Retention,
): Promise<Pruned> {
  const now = store.clock.now()
  const passed = Math.min(...waiting.map(({ position }) => position))
  const floor = (await endOf(store.database.reader, log.name)) - most
  const goes = ({ place, time }: Kept) =>
    place <= floor || time < now - hard_age || (place <= passed && time < now - age)
  let events = 0
  let last = 0
  for (let isMore = true; isMore; ) {
    const oldest = await listOldest(store, log)
    const kept = oldest.findIndex((event) => !goes(event))
    const going = kept === -1 ? oldest : oldest.slice(0, kept)
    const end = going.at(-1)?.place
    if (end !== undefined) {
      await deleteUpTo(store, log, end)
      last = end
    }
    events += going.length
    isMore = going.length === MOST_AT_ONCE
  }
  const unread = Math.min(events, Math.max(0, last - passed))
  if (unread > 0) {
    const behind = waiting.filter(({ position }) => position < last).map(({ name }) => name)
    store.log.warn({ log: log.name, events: unread, behind }, 'events were pruned that somebody had not read')
  }
  return { events, unread }
}

interface Kept {
  readonly place: number
  readonly time: number
}

async function listOldest({ database }: EventStore, { table, place, time }: PrunedLog): Promise<readonly Kept[]> {
  const { reader } = database
  const rows = await reader.query((query: Selects<Record<string, Record<string, unknown>>>) =>
    query
      .selectFrom(table)
      .select([sql<number>`${sql.ref(place)}`.as('place'), sql`${sql.ref(time)}`.as('time')])
      .where(place, 'is not', null)
      .orderBy(inOrderOf(place, reader))
      .limit(MOST_AT_ONCE),
  )
  return rows.map((row) => ({ place: row.place, time: Date.parse(String(reader.decode('timestamp', row.time))) }))
}

const deleteUpTo = ({ database }: EventStore, { table, place }: PrunedLog, end: number): Promise<number> =>
  database.write((db) =>
    db.execute((query: Kysely<Record<string, Record<string, unknown>>>) =>
      query.deleteFrom(table).where(place, '<=', end),
    ),
  )
