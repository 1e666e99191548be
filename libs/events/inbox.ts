import type { Selects, Stored, TablesOf, Writer } from '@mainspring/data'
import type { EventStore } from './context.ts'
import { sourceOf } from './event.ts'
import type { Hinting } from './hinting.ts'
import { CONDUCTOR, requireLease } from './lease.ts'
import { endOf, moveEnd } from './logs.ts'
import { findWanted } from './registration.ts'
import { createSignal } from './signal.ts'
import { type Arrival, CLOSED, type EventSource, type Lane, type Place } from './source.ts'
import {
  advance,
  findLanes,
  findPlaces,
  type LanePlaces,
  type Places,
  placesIn,
  returnToEnd,
  subscribe,
} from './subscriptions.ts'
import { inbox } from './tables.ts'

type Tables = TablesOf<[typeof inbox]>

/** What has come of taking from a source. */
export interface Taken {
  /** How many events were read; with none there is nothing more for now. */
  readonly read: number
  /** How many of them somebody here wants and had not arrived before. */
  readonly stored: number
}

/** What has arrived for the listeners of a service. */
export interface Inbox {
  /**
   * Begins with a source for types that are new here. `take` does so, too; a service does it when its listeners are registered,
   * before it serves anybody: what is emitted from then on is theirs, also by a source that was restored from a backup.
   * Throws `SourceAway`.
   */
  readonly subscribe: (source: EventSource) => Promise<void>
  /**
   * Stores what a source has next for the listeners, and notes how far it was read, in one transaction for each lane: nothing is
   * lost, and nothing comes twice. Throws `LeaseLost`, or what the source throws, and then has changed nothing in that lane.
   */
  readonly take: (source: EventSource, epoch: number) => Promise<Taken>
  /** The place of what came last. */
  readonly end: () => Promise<number>
  /** Has `listener` called when events were stored, here or, where that can be told, elsewhere; returns what ends it. It must not throw. */
  readonly onNews: (listener: () => void) => () => void
}

/** Events that are taken in one transaction. */
const MOST_AT_ONCE = 500

/** Milliseconds between two reports to a source. */
const REPORTED_EVERY = 1_000

/** Creates the inbox of a service. */
export function createInbox(store: EventStore, elsewhere?: Hinting['signal']): Inbox {
  const { database, service } = store
  const news = createSignal(elsewhere?.('received'))
  const reports = new Map<string, { readonly place: Place; readonly time: number }>()

  async function take(source: EventSource, epoch: number): Promise<Taken> {
    const lanes = await source.lanes()
    const places = await subscribe(store, source, lanes)
    const sum = { read: 0, stored: 0 }
    for (const lane of lanes.filter((each) => isBegun(each, lanes, places))) {
      const taken = await takeFrom(source, lane, placesIn(places, lane), epoch)
      sum.read += taken.read
      sum.stored += taken.stored
    }
    if (sum.stored > 0) news.tell()
    return sum
  }

  async function takeFrom(source: EventSource, lane: Lane, before: Places, epoch: number): Promise<Taken> {
    const after = firstOf((await returnToEnd(store, source, lane, before, epoch)).values())
    if (after === undefined || after === CLOSED) return NOTHING
    const { entries, place: last } = await lane.read(after, MOST_AT_ONCE)
    if (last === after) {
      await report(source, lane, after)
      return NOTHING
    }
    const { stored, place } = await database.write(async (db) => {
      await requireLease(db, CONDUCTOR, epoch)
      const now = placesIn(await findPlaces(db, source), lane)
      const wanted = await findWanted(db)
      const isNext = ({ type, place }: Arrival) => wanted.has(type) && isBetween(now.get(type), after, place)
      const stored = await keep(db, entries.filter(isNext))
      const moved = [...now].filter(([, place]) => isBetween(place, after, last)).map(([type]) => type)
      await advance(db, source, lane, moved, last)
      return { stored, place: firstOf([...now].map(([type, place]) => (moved.includes(type) ? last : place))) }
    })
    await report(source, lane, place ?? last)
    return { read: entries.length, stored }
  }

  /** A source need not know to the event. */
  async function report(source: EventSource, lane: Lane, place: Place): Promise<void> {
    if (!lane.report) return
    const now = performance.now()
    const before = reports.get(source.name)
    if (before && (before.place === place || now < before.time + REPORTED_EVERY)) return
    await lane.report(service, place)
    reports.set(source.name, { place, time: now })
  }

  return {
    take,
    async subscribe(source) {
      const lanes = await findLanes(store, source)
      const places = await subscribe(store, source, lanes)
      for (const lane of lanes) await returnToEnd(store, source, lane, placesIn(places, lane))
    },
    end: () => endOf(database.reader, 'inbox'),
    onNews: news.listen,
  }
}

const NOTHING: Taken = { read: 0, stored: 0 }

/** Whether all that comes before it was read, for all types. */
const isBegun = ({ after = [] }: Lane, lanes: readonly Lane[], places: LanePlaces): boolean =>
  lanes
    .filter(({ name }) => after.includes(name))
    .every((lane) => [...placesIn(places, lane).values()].every((place) => place === CLOSED))

const firstOf = (places: Iterable<Place>): Place | undefined => [...places].toSorted()[0]

/**
 * Whether a type's place lets what was read behind `after` go on to `place`. One that was begun meanwhile has none yet, or
 * begins behind it; or it begins before `after`, and must first have what was not read now.
 */
const isBetween = (begin: Place | undefined, after: Place, place: Place): boolean =>
  begin !== undefined && begin >= after && begin < place

type Kept = Omit<Arrival, 'place'>

/** Stores what has not arrived before, in order, while the conductor's lease is locked; resolves to how many that is. */
export async function keep(db: Writer, entries: readonly Kept[]): Promise<number> {
  if (entries.length === 0) return 0
  const arriving = new Map<string, Stored<typeof inbox>>()
  const receive_time = db.now()
  for (const entry of entries) {
    const { type, subject, envelope } = entry
    const row = { position: 0, source: sourceOf(entry), id: idOf(entry), type, subject, envelope, receive_time }
    if (!arriving.has(keyOf(row))) arriving.set(keyOf(row), row)
  }
  for (const row of await findArrived(db, [...arriving.values()])) arriving.delete(keyOf(row))
  const end = await endOf(db, 'inbox')
  await db.append(
    inbox,
    [...arriving.values()].map((row, index) => ({ ...row, position: end + 1 + index })),
  )
  if (arriving.size > 0) await moveEnd(db, 'inbox', arriving.size)
  return arriving.size
}

type Key = Pick<Stored<typeof inbox>, 'source' | 'id'>

const keyOf = ({ source, id }: Key): string => `${source} ${id}`

const findArrived = (db: Writer, keys: readonly Key[]): Promise<readonly Key[]> => {
  const sources = [...new Set(keys.map(({ source }) => source))]
  const ids = keys.map(({ id }) => id)
  return db.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_inbox').select(['source', 'id']).where('source', 'in', sources).where('id', 'in', ids),
  )
}

function idOf({ envelope, type, subject }: Kept): string {
  const { id }: { readonly id?: unknown } = JSON.parse(envelope)
  if (typeof id === 'string') return id
  throw new Error(`A ${type} of ${subject} has no id.`)
}
