import type { Kysely, TablesOf, Writer } from '@mainspring/data'
import type { Origin } from './envelope.ts'
import { type attempts, type ITEM_STATES, type interventions, items, type pauses } from './tables.ts'

/** The tables that work is kept in, for queries. */
export type WorkTables = TablesOf<[typeof items, typeof attempts, typeof interventions, typeof pauses]>

/** How things stand with an item. */
export type ItemState = (typeof ITEM_STATES)[number]

/** States of items that hold up those behind them of their key. */
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
  /** Whose personal data may be in the payload, if it is not the key. */
  readonly subject?: string | undefined
  readonly due_time: string
  /** Attempts that have failed already: then there is an `error` and its `cause`, and a `position`. */
  readonly attempts?: number | undefined
  readonly error?: string | undefined
  readonly cause?: string | undefined
  readonly origin?: Origin | undefined
}

/** Writes items; their numbers are in the order given. A failed attempt is kept with its item. */
export async function insertItems(db: Writer, made: readonly NewItem[]): Promise<void> {
  const now = db.now()
  const rows = made.map(({ queue, state, due_time, payload, attempts = 0, origin, ...item }) => ({
    ...{ queue, state, due_time },
    key: item.key ?? null,
    position: item.position ?? null,
    subject: item.subject ?? null,
    error: item.error ?? null,
    cause: item.cause ?? null,
    payload: JSON.stringify(payload),
    attempts,
    epoch: 0,
    origin: origin === undefined ? null : JSON.stringify(origin),
    create_time: now,
    update_time: now,
  }))
  await db.append(items, rows)
  const failed = made.filter(({ error }) => error !== undefined)
  for (const [queue, those] of Map.groupBy(failed, (item) => item.queue)) {
    await keepAttempts(
      db,
      queue,
      those.map(({ position }) => position).filter((position) => position !== undefined),
    )
  }
}

/** The errors with which items came. */
const keepAttempts = (db: Writer, queue: string, positions: readonly number[]): Promise<number> =>
  db.execute((query: Kysely<WorkTables>) =>
    query
      .insertInto('mainspring_attempts')
      .columns(['item', 'error', 'create_time'])
      .expression(
        query
          .selectFrom('mainspring_items')
          .select((look) => ['number', look.fn.coalesce('error', look.val('')).as('error'), 'update_time'])
          .where('queue', '=', queue)
          .where('position', 'in', positions),
      ),
  )
