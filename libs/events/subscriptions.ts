import type { Kysely, Reader, Selects, TablesOf, Writer } from '@mainspring/data'
import type { EventStore } from './context.ts'
import { sourceOf } from './event.ts'
import { CONDUCTOR, requireLease } from './lease.ts'
import { findWanted } from './registration.ts'
import { BEGINNING, type EventSource, type Lane, type Place } from './source.ts'
import { subscriptions } from './tables.ts'

type Tables = TablesOf<[typeof subscriptions]>

/** How far a lane was read, for each type of event that somebody wants or wanted. */
export type Places = ReadonlyMap<string, Place>

/** The same of each lane of a source. */
export type LanePlaces = ReadonlyMap<string, Places>

/** A source is away that has to be asked where it ends, for types that nobody here wanted before. */
export class SourceAway extends Error {
  /** The types that are new. */
  readonly types: readonly string[]

  constructor(source: string, types: readonly string[], cause: unknown) {
    super(`${source} is away: ${cause instanceof Error ? cause.message : cause}`, { cause })
    this.name = 'SourceAway'
    this.types = types
  }
}

/** The lanes of a source to begin with; none when it is away and nothing is new. Throws `SourceAway`. */
export async function findLanes(store: EventStore, source: EventSource): Promise<readonly Lane[]> {
  try {
    return await source.lanes()
  } catch (error) {
    const { reader } = store.database
    const known = typesIn(await findPlaces(reader, source))
    const types = (await findWantedOf(reader, source)).map(([type]) => type).filter((type) => !known.has(type))
    if (types.length > 0) throw new SourceAway(source.name, types, error)
    store.log.warn({ source: source.name, err: error }, 'a source is away; it is gone on with when it is back')
    return []
  }
}

/** How far the lanes of a source were read. */
export async function findPlaces(db: Reader, { name }: EventSource): Promise<LanePlaces> {
  const rows = await db.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_subscriptions').select(['lane', 'type', 'place']).where('source', '=', name),
  )
  const lanes = Map.groupBy(rows, ({ lane }) => lane)
  return new Map([...lanes].map(([lane, its]) => [lane, new Map(its.map(({ type, place }) => [type, place]))]))
}

/** How far one of them was read. */
export const placesIn = (places: LanePlaces, { name }: Lane): Places => places.get(name) ?? new Map()

/**
 * Begins with a source for types that are new: in all lanes at their end, or at their beginning if a listener wants it so.
 * What was ever read is gone on with where it was left, in lanes that are new from their beginning. Resolves to all places.
 */
export async function subscribe(store: EventStore, source: EventSource, lanes: readonly Lane[]): Promise<LanePlaces> {
  const { reader, write } = store.database
  const places = await findPlaces(reader, source)
  const wanted = await findWantedOf(reader, source)
  const known = typesIn(places)
  const missing = await Promise.all(
    lanes.map(async (lane) => {
      const types = wanted.filter(([type]) => !placesIn(places, lane).has(type))
      const beginsAtEnd = types.some(([type, from]) => from !== 'beginning' && !known.has(type))
      return { lane: lane.name, types, end: beginsAtEnd ? await lane.end() : BEGINNING }
    }),
  )
  if (missing.every(({ types }) => types.length === 0)) return places
  await write(async (db) => {
    for (const { lane, types, end } of missing) {
      for (const [type, from] of types) {
        const place = from === 'beginning' || known.has(type) ? BEGINNING : end
        await db.insertUnlessThere(subscriptions, { source: source.name, lane, type, place })
      }
    }
  })
  return findPlaces(reader, source)
}

const findWantedOf = async (db: Reader, { services }: EventSource) =>
  [...(await findWanted(db))].filter(([type]) => services.includes(sourceOf({ type })))

const typesIn = (places: LanePlaces): ReadonlySet<string> =>
  new Set([...places.values()].flatMap((each) => [...each.keys()]))

/** Moves these types on, in the transaction that stores what lies between. */
export async function advance(
  db: Writer,
  source: EventSource,
  lane: Lane,
  types: readonly string[],
  place: Place,
): Promise<void> {
  if (types.length === 0) return
  await db.execute((query: Kysely<Tables>) =>
    query
      .updateTable('mainspring_subscriptions')
      .set({ place })
      .where('source', '=', source.name)
      .where('lane', '=', lane.name)
      .where('type', 'in', types),
  )
}

/**
 * A lane that ends before what was read of it was restored from a backup: it will give the same places to other events. So
 * what is read of it goes back to its end, and that is said in the log. Before anybody is served there is no `epoch`: what
 * another process has read meanwhile is read again then, and passed over.
 */
export async function returnToEnd(
  { database, log }: EventStore,
  source: EventSource,
  lane: Lane,
  places: Places,
  epoch?: number,
): Promise<Places> {
  if (places.size === 0 || !lane.mayGoBack) return places
  const end = await lane.end()
  const ahead = [...places].filter(([, place]) => place > end).map(([type]) => type)
  if (ahead.length === 0) return places
  const place = [...places.values()].toSorted().at(-1)
  log.warn({ source: source.name, end, place }, 'a source ends before what was read of it; it goes on from its end')
  await database.write(async (db) => {
    if (epoch !== undefined) await requireLease(db, CONDUCTOR, epoch)
    await advance(db, source, lane, ahead, end)
  })
  return placesIn(await findPlaces(database.reader, source), lane)
}
