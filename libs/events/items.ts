import type { AnyTables, Kysely, Stored, TablesOf, Writer } from '@mainspring/data'
import type { Origin } from './envelope.ts'
import { type attempts, type ITEM_STATES, type interventions, items, type pauses } from './tables.ts'

/** The tables that work is kept in, for queries. */
export type WorkTables = TablesOf<[typeof items, typeof attempts, typeof interventions, typeof pauses]>

/** How things stand with an item. */
export type ItemState = (typeof ITEM_STATES)[number]

/** States of an item that holds up those behind it of its key. */
export const LIVE: readonly ItemState[] = ['READY', 'WAITING', 'LEASED']

/** An item to be. */
export interface NewItem {
  /** The name of the queue or of the listener. */
  readonly queue: string
  readonly key?: string | undefined
  readonly state: Exclude<ItemState, 'LEASED'>
  readonly payload: object
  /** The place of a listener's event in the inbox. */
  readonly position?: number | undefined
  readonly subject?: string | undefined
  readonly due_time: string
  /** Attempts that have failed already; then there is an `error`, its `cause`, and a `position`. */
  readonly attempts?: number | undefined
  readonly error?: string | undefined
  readonly cause?: string | undefined
  readonly origin?: Origin | undefined
}

/** Writes items in the order given, which is that of their numbers; a failed attempt is kept with its item. */
export async function insertItems(db: Writer, made: readonly NewItem[]): Promise<void> {
  await db.append(
    items,
    made.map((item) => rowOf(db, item)),
  )
  const failed = made.filter(({ error }) => error !== undefined)
  for (const [queue, of] of Map.groupBy(failed, (item) => item.queue)) {
    await keepAttempts(
      db,
      queue,
      of.map(({ position }) => position ?? 0),
    )
  }
}

type Row = Omit<Stored<typeof items>, 'number'>

function rowOf(db: Writer, { queue, key, state, payload, position, subject, ...item }: NewItem): Row {
  const now = db.now()
  return {
    queue,
    key: key ?? null,
    state,
    payload: JSON.stringify(payload),
    position: position ?? null,
    subject: subject ?? null,
    due_time: item.due_time,
    attempts: item.attempts ?? 0,
    epoch: 0,
    lease_time: null,
    error: item.error ?? null,
    cause: item.cause ?? null,
    origin: item.origin === undefined ? null : JSON.stringify(item.origin),
    create_time: now,
    update_time: now,
  }
}

/** Of items that came with one. */
async function keepAttempts(db: Writer, queue: string, positions: readonly number[]): Promise<void> {
  await db.execute((query: Kysely<AnyTables>) =>
    query
      .insertInto('mainspring_attempts')
      .columns(['item', 'error', 'create_time'])
      .expression(
        query
          .selectFrom('mainspring_items')
          .select(['number', 'error', 'update_time'])
          .where('queue', '=', queue)
          .where('position', 'in', positions),
      ),
  )
}
