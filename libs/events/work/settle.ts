import { type Clock, toTimestamp } from '@mainspring/core'
import { type Given, type Kysely, prepared, type Writer } from '@mainspring/data'
import type { Consumer, Occasion, RunUnit } from '../consumer.ts'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'
import { LeaseLost } from '../lease.ts'
import type { Work } from '../queue.ts'
import { causeOf, isWorthRetrying, pauseAfter } from '../retry.ts'
import { attempts as attemptTable } from '../tables.ts'
import type { Claimed } from './claim.ts'
import { type Held, lockExpired } from './leases.ts'

/**
 * Writes down what came of an item, and that it is done, in one unit of work. Throws `LeaseLost` when somebody else may have
 * the item by now: then nothing is written.
 */
export async function settleItem(
  runUnit: RunUnit,
  occasion: Occasion,
  consumer: Consumer,
  item: Claimed,
  work: Work<object>,
  outcome: unknown,
): Promise<void> {
  await runUnit(occasion, async (needs) => {
    // First, because it is what keeps a second one out.
    await removeHeld(needs.db, item)
    if (item.cause !== null) await needs.db.executePrepared(forgetAttempts, { number: item.number })
    await consumer.settle(needs, work, outcome, item.position)
  })
}

/** Takes an item that is done out of its queue. Throws `LeaseLost`. */
export const removeHeld = (db: Writer, { number, epoch }: Held): Promise<void> =>
  db.requirePrepared(removeItem, { number, epoch }, () => new LeaseLost(`item ${number}`, epoch))

const removeItem = prepared((query: Kysely<WorkTables>, given: Given<Held>) =>
  query
    .deleteFrom('mainspring_items')
    .where('number', '=', given('number'))
    .where('epoch', '=', given('epoch'))
    .where('state', '=', 'LEASED'),
)

const forgetAttempts = prepared((query: Kysely<WorkTables>, given: Given<{ number: number }>) =>
  query.deleteFrom('mainspring_attempts').where('item', '=', given('number')),
)

/** What becomes of an item that failed. */
export interface Failure {
  readonly state: 'READY' | 'DEAD'
  /** Milliseconds until it is tried again. */
  readonly pause: number
}

/** What is known of an item that failed. */
export type Failed = Held & Pick<Claimed, 'attempts'>

/**
 * Writes down that an attempt at an item failed: it is tried again after a pause, or it is a dead letter when its attempts
 * are used up or trying again cannot help. Throws `LeaseLost`.
 */
export async function failItem(
  store: EventStore,
  { retry }: Pick<Consumer, 'retry'>,
  item: Failed,
  error: unknown,
): Promise<Failure> {
  const pause = isWorthRetrying(error) ? pauseAfter(retry, item.attempts + 1) : undefined
  const failure: Failure = pause === undefined ? { state: 'DEAD', pause: 0 } : { state: 'READY', pause }
  await store.database.write((db) => writeFailure(db, store.clock, item, failure, error))
  return failure
}

/** A worker died with an item, or was cut off, or frozen for so long that it counts as dead. */
class WorkerGone extends Error {
  override readonly name = 'WorkerGone'
}

/**
 * Brings back an item whose worker did not keep it: it may be taken at once, or is a dead letter. That is an attempt, for an item
 * that kills whoever takes it must not do so for ever. Resolves to nothing if its worker lives after all.
 */
export async function bringBackItem(
  store: EventStore,
  { retry }: Pick<Consumer, 'retry'>,
  item: Failed,
): Promise<Failure | undefined> {
  const isLast = pauseAfter(retry, item.attempts + 1) === undefined
  const failure: Failure = { state: isLast ? 'DEAD' : 'READY', pause: 0 }
  return store.database.write(async (db) => {
    if (!(await lockExpired(db, item))) return undefined
    await writeFailure(db, store.clock, item, failure, new WorkerGone('The worker that had it is gone.'))
    return failure
  })
}

async function writeFailure(
  db: Writer,
  clock: Clock,
  { number, epoch, attempts }: Failed,
  { state, pause }: Failure,
  error: unknown,
): Promise<void> {
  const now = db.now()
  const text = textOf(error)
  const timestamp = (moment: string) => String(db.encode('timestamp', moment))
  const changed = await db.executePrepared(updateFailed, {
    ...{ number, epoch, attempts: attempts + 1, state, error: text, cause: causeOf(error) },
    due_time: timestamp(toTimestamp(clock.now() + pause)),
    update_time: timestamp(now),
  })
  if (changed === 0) throw new LeaseLost(`item ${number}`, epoch)
  await db.append(attemptTable, [{ item: number, error: text, create_time: now }])
}

type FailureRow = Held &
  Pick<WorkTables['mainspring_items'], 'attempts' | 'state' | 'error' | 'cause' | 'due_time' | 'update_time'>

const updateFailed = prepared((query: Kysely<WorkTables>, given: Given<FailureRow>) =>
  query
    .updateTable('mainspring_items')
    .set({
      state: given('state'),
      attempts: given('attempts'),
      error: given('error'),
      cause: given('cause'),
      due_time: given('due_time'),
      update_time: given('update_time'),
      lease_time: null,
    })
    .where('number', '=', given('number'))
    .where('epoch', '=', given('epoch'))
    .where('state', '=', 'LEASED'),
)

/** An error's text as it is kept, with where it came from and what caused it. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const text = error.stack ?? error.message
  return error.cause === undefined ? text : `${text}\nCaused by: ${textOf(error.cause)}`
}
