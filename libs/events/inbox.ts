import type { Selects, TablesOf, Writer } from '@mainspring/data'
import type { EventStore } from './context.ts'
import { CONDUCTOR, requireLease } from './lease.ts'
import { endOf, moveEnd } from './logs.ts'
import { findWanted } from './registration.ts'
import type { EventSource, LogEntry } from './source.ts'
import { advance, findPlaces, returnToEnd, subscribe } from './subscriptions.ts'
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
   * before it serves anybody: what is emitted from then on is theirs.
   */
  readonly subscribe: (source: EventSource) => Promise<void>
  /**
   * Stores what a source has next for the listeners, and notes how far it was read, in one transaction: nothing is lost, and
   * nothing comes twice. Throws `LeaseLost`, or what the source throws, and then has changed nothing.
   */
  readonly take: (source: EventSource, epoch: number) => Promise<Taken>
  /** The place of what came last. */
  readonly end: () => Promise<number>
}

/** Events that are taken in one transaction. */
const MOST_AT_ONCE = 500

/** Milliseconds between two reports to a source. */
const REPORTED_EVERY = 1_000

/** Creates the inbox of a service. */
export function createInbox(store: EventStore): Inbox {
  const { database, service } = store
  const reports = new Map<string, { readonly position: number; readonly time: number }>()

  async function take(source: EventSource, epoch: number): Promise<Taken> {
    const places = await returnToEnd(store, source, await subscribe(store, source), epoch)
    if (places.size === 0) return { read: 0, stored: 0 }
    const after = Math.min(...places.values())
    const entries = await source.read(after, MOST_AT_ONCE)
    const last = entries.at(-1)?.position
    if (last === undefined) {
      await report(source, after)
      return { read: 0, stored: 0 }
    }
    const { stored, position } = await database.write(async (db) => {
      await requireLease(db, CONDUCTOR, epoch)
      const now = await findPlaces(db, source)
      const wanted = await findWanted(store, db)
      const isNext = ({ type, position }: LogEntry) => wanted.has(type) && isBetween(now.get(type), after, position)
      const stored = await keep(db, source, entries.filter(isNext))
      const moved = [...now].filter(([, place]) => isBetween(place, after, last)).map(([type]) => type)
      await advance(db, source, moved, last)
      return { stored, position: Math.min(...[...now].map(([type, place]) => (moved.includes(type) ? last : place))) }
    })
    await report(source, position)
    return { read: entries.length, stored }
  }

  /** A source need not know to the event. */
  async function report(source: EventSource, position: number): Promise<void> {
    const now = performance.now()
    const before = reports.get(source.name)
    if (before && (before.position === position || now < before.time + REPORTED_EVERY)) return
    await source.report(service, position)
    reports.set(source.name, { position, time: now })
  }

  return {
    take,
    subscribe: async (source) => void (await subscribe(store, source)),
    end: () => endOf(database.reader, 'inbox'),
  }
}

/**
 * Whether a type's place lets what was read behind `after` go on to `position`. One that was begun meanwhile has none yet, or
 * begins behind it; or it begins before `after`, and must first have what was not read now.
 */
const isBetween = (place: number | undefined, after: number, position: number): boolean =>
  place !== undefined && place >= after && place < position

/** Stores what has not arrived before, in order; resolves to how many that is. */
async function keep(db: Writer, { service }: EventSource, entries: readonly LogEntry[]): Promise<number> {
  if (entries.length === 0) return 0
  const arriving = new Map<string, LogEntry>()
  for (const entry of entries) {
    const id = idOf(entry)
    if (!arriving.has(id)) arriving.set(id, entry)
  }
  const arrived = await db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_inbox')
      .select('id')
      .where('source', '=', service)
      .where('id', 'in', [...arriving.keys()]),
  )
  for (const { id } of arrived) arriving.delete(id)
  const end = await endOf(db, 'inbox')
  const receive_time = db.now()
  await db.append(
    inbox,
    [...arriving].map(([id, { type, subject, envelope }], index) => ({
      ...{ position: end + 1 + index, source: service, id, type, subject, envelope, receive_time },
    })),
  )
  if (arriving.size > 0) await moveEnd(db, 'inbox', end + arriving.size)
  return arriving.size
}

function idOf({ envelope, position, type }: LogEntry): string {
  const { id }: { readonly id?: unknown } = JSON.parse(envelope)
  if (typeof id === 'string') return id
  throw new Error(`The ${type} at place ${position} of its log has no id.`)
}
