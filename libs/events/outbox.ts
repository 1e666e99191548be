import { createIds } from '@mainspring/core'
import type { Kysely, Stored, TablesOf, Writer } from '@mainspring/data'
import type { Emit, EventStore } from './context.ts'
import { createEnvelope, type Origin, writeEnvelope } from './envelope.ts'
import { type EventType, sourceOf } from './event.ts'
import { sendingSpan } from './handling.ts'
import type { Hinting } from './hinting.ts'
import { endOf, type LogEntry, readLog } from './logs.ts'
import { stampOutbox } from './sequencer.ts'
import { createSignal } from './signal.ts'
import { outbox, readers } from './tables.ts'

type Tables = TablesOf<[typeof outbox, typeof readers]>

/** What a service has emitted: written by its units of work, given a place by the conductor, read by all others. */
export interface Outbox {
  readonly service: string
  /** Gives a unit of work its way to publish. */
  readonly emitter: (db: Writer, origin: Origin) => Emit
  /** Gives places to some of what was committed; resolves to how many events got one. Throws `LeaseLost`. */
  readonly stamp: (epoch: number) => Promise<number>
  /** The events behind a place, in order, so many at most; only what is committed. Erased ones are left out. */
  readonly read: (after: number, limit: number) => Promise<readonly LogEntry[]>
  /** The last place that was given. */
  readonly end: () => Promise<number>
  /** Notes that a reader has all up to a place: what all have is pruned. */
  readonly report: (reader: string, position: number) => Promise<void>
  /**
   * Has `listener` called when a unit has committed events that wait for their places, in this process or, where that can be
   * told, in another; returns what ends it. It must not throw. On SQLite they have them.
   */
  readonly onCommit: (listener: () => void) => () => void
  /** Has `listener` called when events can be read, placed here or, where that can be told, elsewhere; as above. */
  readonly onNews: (listener: () => void) => () => void
}

/** Events that are written with one statement while a unit runs. */
const MOST_AT_ONCE = 100

/** Creates the outbox of a service that may emit these events. Throws for events of other services, and for two of one type. */
export function createOutbox(store: EventStore, events: readonly EventType[], elsewhere?: Hinting['signal']): Outbox {
  const { service, database, clock, tracer } = store
  const { reader } = database
  const newId = createIds(clock)
  const declared = declare(service, events)
  const committed = createSignal(elsewhere?.('committed'))
  const news = createSignal(elsewhere?.('readable'))
  const { tell } = reader.engine === 'sqlite' ? news : committed
  /** So many the last time. */
  let stamped = 0

  function emitter(db: Writer, origin: Origin): Emit {
    let rows: Partial<Stored<typeof outbox>>[] = []
    let isTold = false
    const flush = () => {
      const full = rows
      rows = []
      return db.append(outbox, full)
    }
    return async (event, said) => {
      if (!declared.has(event)) throw undeclared(service, event)
      const span = tracer?.start(...sendingSpan(event.type, origin))
      const caused = span ? { ...origin, ...span.context } : origin
      const envelope = createEnvelope(event, said, { newId, now: clock.now(), origin: caused })
      const { type, subject, time } = envelope
      if (!db.holds(subject)) throw unheld(type, subject)
      const text = writeEnvelope(envelope)
      if (rows.length === 0) db.beforeCommit(flush)
      if (!isTold) db.afterCommit(tell)
      if (span) db.afterCommit(() => span.end({ attributes: { 'messaging.message.id': envelope.id } }))
      isTold = true
      rows.push({ type, subject, envelope: text, create_time: time })
      // All subjects are held until the unit ends, so who comes after it gets greater numbers even if these are given now.
      if (rows.length === MOST_AT_ONCE) await flush()
    }
  }

  return {
    service,
    emitter,
    async stamp(epoch) {
      // Where some were, there are more.
      stamped = await stampOutbox(store, epoch, stamped > 0)
      if (stamped > 0) news.tell()
      return stamped
    },
    read: (after, limit) => readLog(reader, 'outbox', { after }, limit),
    end: () => endOf(reader, 'outbox'),
    report: (name, position) => database.write((db) => noteReader(db, name, position)),
    onCommit: committed.listen,
    onNews: news.listen,
  }
}

function declare(service: string, events: readonly EventType[]): ReadonlySet<unknown> {
  const foreign = events.find((event) => sourceOf(event) !== service)
  if (foreign) throw new Error(`${foreign.type} is no event of ${service}; it is emitted by its own service.`)
  const types = events.map(({ type }) => type)
  const twin = types.find((type, index) => types.indexOf(type) !== index)
  if (twin !== undefined) throw new Error(`Two events are called ${twin}.`)
  return new Set(events)
}

const undeclared = (service: string, event: { readonly type: string }): Error =>
  sourceOf(event) === service
    ? new Error(`${event.type} is not among the events that ${service} declares.`)
    : new Error(`${event.type} is emitted by ${sourceOf(event)}, not by ${service}.`)

const unheld = (type: string, subject: string): Error =>
  new Error(
    `${type} was emitted by a unit that has neither written nor locked ${subject}: its events would have no order.`,
  )

/** Notes how far a reader of the outbox is. */
export async function noteReader(db: Writer, name: string, position: number): Promise<void> {
  const update_time = db.now()
  const encoded = String(db.encode('timestamp', update_time))
  const known = await db.execute((query: Kysely<Tables>) =>
    query.updateTable('mainspring_readers').set({ position, update_time: encoded }).where('name', '=', name),
  )
  if (known === 0) await db.insertUnlessThere(readers, { name, position, update_time })
}
