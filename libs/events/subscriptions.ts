import type { Kysely, Reader, Selects, TablesOf, Writer } from '@mainspring/data'
import type { EventStore } from './context.ts'
import { sourceOf } from './event.ts'
import { CONDUCTOR, requireLease } from './lease.ts'
import { findWanted } from './registration.ts'
import type { EventSource } from './source.ts'
import { subscriptions } from './tables.ts'

type Tables = TablesOf<[typeof subscriptions]>

/** How far a source was read, for each type of event that somebody wants or wanted. */
export type Places = ReadonlyMap<string, number>

/** How far it was read. */
export async function findPlaces(db: Reader, { name }: EventSource): Promise<Places> {
  const rows = await db.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_subscriptions').select(['type', 'position']).where('source', '=', name),
  )
  return new Map(rows.map(({ type, position }) => [type, position]))
}

/**
 * Begins with a source for types that are new: at its end, or at its beginning if a listener wants it so. What was ever read
 * is gone on with where it was left. Resolves to all places.
 */
export async function subscribe(store: EventStore, source: EventSource): Promise<Places> {
  const { reader, write } = store.database
  const places = await findPlaces(reader, source)
  const wanted = await findWanted(store, reader)
  const missing = [...wanted].filter(([type]) => sourceOf({ type }) === source.service && !places.has(type))
  if (missing.length === 0) return places
  const end = await source.end()
  await write(async (db) => {
    for (const [type, from] of missing) {
      const position = from === 'beginning' ? 0 : end
      await db.insertUnlessThere(subscriptions, { source: source.name, type, position })
    }
  })
  return findPlaces(reader, source)
}

/** Moves these types on, in the transaction that stores what lies between. */
export async function advance(
  db: Writer,
  { name }: EventSource,
  types: readonly string[],
  position: number,
): Promise<void> {
  if (types.length === 0) return
  await db.execute((query: Kysely<Tables>) =>
    query
      .updateTable('mainspring_subscriptions')
      .set({ position })
      .where('source', '=', name)
      .where('type', 'in', types),
  )
}

/**
 * A source that ends before what was read of it was restored from a backup: it will give the same places to other events. So
 * what is read of it goes back to its end, and that is said in the log.
 */
export async function returnToEnd(
  { database, log }: EventStore,
  source: EventSource,
  places: Places,
  epoch: number,
): Promise<Places> {
  if (places.size === 0) return places
  const end = await source.end()
  const ahead = [...places].filter(([, position]) => position > end).map(([type]) => type)
  if (ahead.length === 0) return places
  const position = Math.max(...places.values())
  log.warn({ source: source.name, end, position }, 'a source ends before what was read of it; it goes on from its end')
  await database.write(async (db) => {
    await requireLease(db, CONDUCTOR, epoch)
    await advance(db, source, ahead, end)
  })
  return findPlaces(database.reader, source)
}
