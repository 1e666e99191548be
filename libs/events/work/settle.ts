import { toTimestamp } from '@mainspring/core'
import { type Given, type Kysely, prepared, type Writer } from '@mainspring/data'
import type { Consumer, Occasion, RunUnit } from '../consumer.ts'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'
import { LeaseLost } from '../lease.ts'
import type { Work } from '../queue.ts'
import { causeOf, isWorthRetrying, pauseAfter } from '../retry.ts'
import { attempts as attemptTable } from '../tables.ts'
import type { Claimed } from './claim.ts'
import type { Held } from './leases.ts'

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

/**
 * Writes down that an attempt at an item failed: it is tried again after a pause, or it is a dead letter when its attempts
 * are used up or trying again cannot help. Throws `LeaseLost`. A worker that died, `pause` says, is not waited for.
 */
export async function failItem(
  { database, clock }: EventStore,
  { retry }: Pick<Consumer, 'retry'>,
  { number, epoch, attempts }: Held & Pick<Claimed, 'attempts'>,
  error: unknown,
  { pause: given }: { readonly pause?: number } = {},
): Promise<Failure> {
  const pause = isWorthRetrying(error) ? pauseAfter(retry, attempts + 1) : undefined
  const failure: Failure = {
    state: pause === undefined ? 'DEAD' : 'READY',
    pause: pause === undefined ? 0 : (given ?? pause),
  }
  const text = textOf(error)
  await database.write(async (db) => {
    const now = db.now()
    const timestamp = (moment: string) => String(db.encode('timestamp', moment))
    const changed = await db.executePrepared(writeFailure, {
      ...{ number, epoch, attempts: attempts + 1, state: failure.state, error: text, cause: causeOf(error) },
      due_time: timestamp(toTimestamp(clock.now() + failure.pause)),
      update_time: timestamp(now),
    })
    if (changed === 0) throw new LeaseLost(`item ${number}`, epoch)
    await db.append(attemptTable, [{ item: number, error: text, create_time: now }])
  })
  return failure
}

type FailureRow = Held &
  Pick<WorkTables['mainspring_items'], 'attempts' | 'state' | 'error' | 'cause' | 'due_time' | 'update_time'>

const writeFailure = prepared((query: Kysely<WorkTables>, given: Given<FailureRow>) =>
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
