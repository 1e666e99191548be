import type { Kysely, Reader, Selects, TablesOf, Writer } from '@mainspring/data'
import { keep } from './inbox.ts'
import { CONDUCTOR, lockLease } from './lease.ts'
import { ERASED } from './logs.ts'
import { OUTBOX_LANE } from './source.ts'
import type { attempts, inbox, interventions, items, outbox, subscriptions } from './tables.ts'

type Tables = TablesOf<
  [typeof outbox, typeof inbox, typeof items, typeof attempts, typeof interventions, typeof subscriptions]
>

/** What was erased. */
export interface Erased {
  readonly events: number
  readonly items: number
}

/** Subjects, and items, that one statement is about. */
const MOST_AT_ONCE = 1_000

/**
 * Erases what was said of these subjects in the tables of this service's events; if it is called in the unit of work that
 * deletes their rows, nothing of them can follow. Best called last in it: while something of them is on its way to listeners of
 * this service, it keeps the conductor waiting until the unit has ended.
 *
 * - Of an event the place and the id stay, so that the log has no hole and the same event is not taken in again when it is
 *   sent once more. Its type becomes one that nobody listens to: whoever has not had it yet never will.
 * - Work that has a subject as its key or names it is deleted with its attempts, also what a worker has in hand, whose outcome
 *   is then refused. That somebody intervened stays, without what was replaced.
 *
 * Each service erases for itself, the one that emitted first: what others have taken in is in their own database.
 */
export async function eraseSubjects(db: Writer, subjects: readonly string[]): Promise<Erased> {
  const sum = { events: 0, items: 0 }
  // All first: whoever conducts takes the lease before it touches events, too.
  for (const some of chunksOf(subjects)) await receiveNow(db, some)
  for (const some of chunksOf(subjects)) {
    sum.events += await eraseEvents(db, some)
    // Afterwards: a listener that makes an item of an event has the event locked.
    const numbers = await findItems(db, some)
    sum.items += numbers.length
    for (const each of chunksOf(numbers)) await deleteItems(db, each)
  }
  return sum
}

/** How much there is to erase of a subject. */
export async function countSubject(db: Reader, subject: string): Promise<Erased> {
  const counts = await Promise.all(
    LOGS.map((table) =>
      db.query((query: Selects<Tables>) =>
        query
          .selectFrom(table)
          .select(({ fn }) => fn.countAll().as('count'))
          .where('subject', '=', subject),
      ),
    ),
  )
  const events = counts.flat().reduce((sum, { count }) => sum + Number(count), 0)
  return { events, items: (await findItems(db, [subject])).length }
}

/** What is on its way from the outbox to the inbox may be in the hands of the conductor already, to be stored next. */
async function receiveNow(db: Writer, subjects: readonly string[]): Promise<void> {
  if ((await findOnTheWay(db, subjects)).length === 0) return
  await lockLease(db, CONDUCTOR)
  await keep(db, await findOnTheWay(db, subjects))
}

/** Events that listeners here will get and that have not arrived. */
async function findOnTheWay(db: Writer, subjects: readonly string[]) {
  const places = await db.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_subscriptions').select(['type', 'place']).where('lane', '=', OUTBOX_LANE),
  )
  if (places.length === 0) return []
  return db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_outbox')
      .select(['type', 'subject', 'envelope'])
      .where('subject', 'in', subjects)
      .where(({ and, or, eb: event }) => {
        const isBehind = (place: number) =>
          db.engine === 'sqlite'
            ? event('number', '>', place)
            : or([event('position', 'is', null), event('position', '>', place)])
        return or(places.map(({ type, place }) => and([event('type', '=', type), isBehind(Number(place))])))
      })
      .orderBy('number'),
  )
}

const LOGS = ['mainspring_outbox', 'mainspring_inbox'] as const

async function eraseEvents(db: Writer, subjects: readonly string[]): Promise<number> {
  let erased = 0
  for (const table of LOGS) {
    erased += await db.execute((query: Kysely<Tables>) =>
      query.updateTable(table).set({ type: ERASED, subject: '', envelope: '{}' }).where('subject', 'in', subjects),
    )
  }
  return erased
}

async function findItems(db: Reader, subjects: readonly string[]): Promise<readonly number[]> {
  const found = await db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_items')
      .select('number')
      .where((item) => item.or([item('key', 'in', subjects), item('subject', 'in', subjects)])),
  )
  return found.map(({ number }) => number)
}

async function deleteItems(db: Writer, numbers: readonly number[]): Promise<void> {
  await db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_attempts').where('item', 'in', numbers))
  await db.execute((query: Kysely<Tables>) =>
    query.updateTable('mainspring_interventions').set({ payload: null }).where('item', 'in', numbers),
  )
  await db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_items').where('number', 'in', numbers))
}

function* chunksOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += MOST_AT_ONCE) yield all.slice(start, start + MOST_AT_ONCE)
}
