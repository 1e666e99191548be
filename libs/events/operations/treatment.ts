import type { Kysely, Selects, Writer } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'
import { interventions, marks } from '../tables.ts'
import { promoteOf } from '../work/keys.ts'
import {
  countDeadLetters,
  type DeadLetter,
  type DeadLetterFilter,
  listDeadLetters,
  selectDead,
} from './dead-letters.ts'

/** What was, or with `dry_run` would be, done to dead letters. */
export interface Treated {
  readonly count: number
  /** The first ten of a dry run. */
  readonly first: readonly DeadLetter[]
}

/** Who does it, and whether it is only tried. */
export interface TreatmentOptions {
  readonly actor: string
  readonly dry_run?: boolean
}

/** A dead letter that is about to go, or to be tried again. */
interface Treatable {
  readonly number: number
  readonly queue: string
  readonly key: string | null
  /** The place of a listener's event in the inbox. */
  readonly position: number | null
}

/** Dead letters that are treated in one unit of work. */
const MOST_AT_ONCE = 500

/**
 * Has dead letters tried again, with as many attempts as new items have; what they went through is kept until they succeed.
 * One whose key has others goes before those that come after it, but waits for the one that is being worked on.
 */
export async function replayDeadLetters(
  store: EventStore,
  filter: DeadLetterFilter,
  options: TreatmentOptions,
): Promise<Treated> {
  return treat(store, filter, options, async (letters) => {
    const numbers = letters.map(({ number }) => number)
    const replayed = await store.database.write(async (db) => {
      await db.lockKeys([...new Set(letters.flatMap(({ queue, key }) => (key === null ? [] : [`${queue}/${key}`])))])
      await holdUpKeys(db, letters)
      const now = String(db.encode('timestamp', db.now()))
      const revive = (state: 'READY' | 'WAITING') => (query: Kysely<WorkTables>) =>
        query
          .updateTable('mainspring_items')
          .set({ state, attempts: 0, due_time: now, update_time: now })
          .where('number', 'in', numbers)
          .where('state', '=', 'DEAD')
          .where('key', state === 'READY' ? 'is' : 'is not', null)
      const count = (await db.execute(revive('READY'))) + (await db.execute(revive('WAITING')))
      if (count < letters.length) throw new Overtaken()
      await record(db, 'replay', options.actor, letters)
      return count
    })
    for (const [queue, those] of Map.groupBy(letters, (letter) => letter.queue)) {
      await promoteOf(
        store,
        queue,
        those.map(({ number }) => number),
      )
    }
    return replayed
  })
}

/** From here on nobody takes an item of these keys before it is found out which comes first. */
async function holdUpKeys(db: Writer, letters: readonly Treatable[]): Promise<void> {
  for (const [queue, those] of Map.groupBy(letters, (letter) => letter.queue)) {
    const keys = [...new Set(those.map(({ key }) => key).filter((key) => key !== null))]
    if (keys.length === 0) continue
    await db.execute((query: Kysely<WorkTables>) =>
      query
        .updateTable('mainspring_items')
        .set({ state: 'WAITING' })
        .where('queue', '=', queue)
        .where('state', '=', 'READY')
        .where('key', 'in', keys),
    )
  }
}

/** Removes dead letters. What a listener had set aside counts as done by it, so those that come after it go on. */
export async function discardDeadLetters(
  store: EventStore,
  filter: DeadLetterFilter,
  options: TreatmentOptions,
): Promise<Treated> {
  return treat(store, filter, options, (letters) =>
    store.database.write(async (db) => {
      const numbers = letters.map(({ number }) => number)
      for (const { queue: listener, position } of letters) {
        if (position !== null) await db.insertUnlessThere(marks, { listener, position })
      }
      const count = await db.execute((query: Kysely<WorkTables>) =>
        query.deleteFrom('mainspring_items').where('number', 'in', numbers).where('state', '=', 'DEAD'),
      )
      if (count < letters.length) throw new Overtaken()
      await db.execute((query: Kysely<WorkTables>) =>
        query.deleteFrom('mainspring_attempts').where('item', 'in', numbers),
      )
      await record(db, 'discard', options.actor, letters)
      return count
    }),
  )
}

/** Somebody was quicker with one of them: nothing is done, and what is left is looked for again. */
class Overtaken extends Error {}

/** Treats all that are meant, a unit of work for some at a time; those that others treat meanwhile are left to them. */
async function treat(
  store: EventStore,
  filter: DeadLetterFilter,
  { dry_run = false }: TreatmentOptions,
  work: (letters: readonly Treatable[]) => Promise<number>,
): Promise<Treated> {
  if (dry_run) {
    return { count: await countDeadLetters(store, filter), first: await listDeadLetters(store, filter, { limit: 10 }) }
  }
  let count = 0
  for (let after = 0; ; ) {
    const letters = await store.database.reader.query((query: Selects<WorkTables>) =>
      selectDead(store, query, filter)
        .select(['number', 'queue', 'key', 'position'])
        .where('number', '>', after)
        .orderBy('number')
        .limit(MOST_AT_ONCE),
    )
    const last = letters.at(-1)
    if (!last) return { count, first: [] }
    try {
      count += await work(letters)
      after = last.number
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
    }
  }
}

const record = (db: Writer, action: string, actor: string, letters: readonly Treatable[]): Promise<void> =>
  db.append(
    interventions,
    letters.map(({ queue, number }) => ({ actor, action, queue, item: number, create_time: db.now() })),
  )
