import { createLog, id, integer, systemClock } from '@mainspring/core'
import { type Database, entity, lockTable, type Writer } from '@mainspring/data'
import {
  createServiceEvents,
  event,
  eventTables,
  listener,
  queue,
  type ServiceEvents,
  type Writes,
} from '@mainspring/events'
import { openEntities } from '@mainspring/testing/entity-database'

/** What comes of an event or an item: one row. */
export const Piece = entity('pieces', 'piece', { number: integer() })

/** What is listened to. */
export const PieceOrdered = event(
  'shop.piece_ordered',
  { piece_id: id(), number: integer() },
  { subject: 'pieces/{piece_id}', description: 'Somebody wants a piece.' },
)

/** A listener that makes a piece of each event; `onMade` is told when it is committed. */
export const orders = (lanes: number, onMade: () => void) =>
  listener({
    name: 'mill.make_piece',
    event: PieceOrdered,
    concurrency: lanes,
    handle: ({ db }: Writes, { data }) => make(db, data.number, onMade),
  })

/** A queue that does the same. */
export const pieces = (lanes: number, onMade: () => void) =>
  queue({
    name: 'mill.pieces',
    payload: { number: integer() },
    concurrency: lanes,
    settle: ({ db }: Writes, { payload }) => make(db, payload.number, onMade),
  })

async function make(db: Writer, number: number, onMade: () => void): Promise<void> {
  await db.insert(Piece, { number })
  db.afterCommit(onMade)
}

/** A service that is open and has not begun to do anything. */
export interface Part {
  readonly name: string
  readonly database: Database
  readonly events: ServiceEvents
}

/** Opens a service on empty tables of its own: in a schema, or in a file. */
export async function openPart(
  url: string,
  name: string,
  declared: Partial<Parameters<typeof createServiceEvents>[1]>,
  connections = 10,
): Promise<Part> {
  const database = await openEntities(fileOf(url, name), {
    entities: [Piece],
    tables: [...eventTables.tables, lockTable],
    service: name,
    pool_size: connections,
  })
  const store = {
    service: name,
    database,
    clock: systemClock,
    log: createLog({ level: 'warn' }),
    instance: `${name}-${process.pid}`,
  }
  const nothing = { events: [], listeners: [], queues: [], schedules: [] }
  return { name, database, events: createServiceEvents(store, { ...nothing, ...declared }, {}) }
}

/** Services share a server, and have a file each. */
const fileOf = (url: string, name: string): string =>
  url.startsWith('sqlite:') && url !== MEMORY ? `${url}.${name}` : url

/** The embedded database that leaves nothing behind. */
export const MEMORY = 'sqlite::memory:'
