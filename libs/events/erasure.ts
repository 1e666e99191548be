import type { Kysely, Selects, TablesOf, Writer } from '@mainspring/data'
import type { attempts, inbox, interventions, items, outbox } from './tables.ts'

type Tables = TablesOf<[typeof outbox, typeof inbox, typeof items, typeof attempts, typeof interventions]>

/** The type of events whose content was erased: nobody listens to it, and nobody is given it. */
export const ERASED = 'mainspring.erased'

/** What was erased. */
export interface Erased {
  readonly events: number
  readonly items: number
}

/** Items that are deleted with one statement. */
const MOST_AT_ONCE = 1_000

/**
 * Erases what was said of a subject in the tables of this service's events; if it is called in the unit of work that deletes
 * the subject's row, nothing of it can follow.
 *
 * - Of an event the place and the id stay, so that the log has no hole and the same event is not taken in again when it is
 *   sent once more. Its type becomes one that nobody listens to: whoever has not had it yet never will.
 * - Work that has the subject as its key or names it is deleted with its attempts, also what a worker has in hand, whose outcome
 *   is then refused. That somebody intervened stays, without what was replaced.
 *
 * Each service erases for itself, the one that emitted first: what others have taken in is in their own database.
 */
export async function eraseSubject(db: Writer, subject: string): Promise<Erased> {
  const blank = { type: ERASED, subject: '', envelope: '{}' }
  const sent = await db.execute((query: Kysely<Tables>) =>
    query.updateTable('mainspring_outbox').set(blank).where('subject', '=', subject),
  )
  const arrived = await db.execute((query: Kysely<Tables>) =>
    query.updateTable('mainspring_inbox').set(blank).where('subject', '=', subject),
  )
  const found = await db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_items')
      .select('number')
      .where((item) => item.or([item('key', '=', subject), item('subject', '=', subject)])),
  )
  const numbers = found.map(({ number }) => number)
  for (let start = 0; start < numbers.length; start += MOST_AT_ONCE) {
    await deleteItems(db, numbers.slice(start, start + MOST_AT_ONCE))
  }
  return { events: sent + arrived, items: numbers.length }
}

async function deleteItems(db: Writer, numbers: readonly number[]): Promise<void> {
  await db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_attempts').where('item', 'in', numbers))
  await db.execute((query: Kysely<Tables>) =>
    query.updateTable('mainspring_interventions').set({ payload: null }).where('item', 'in', numbers),
  )
  await db.execute((query: Kysely<Tables>) => query.deleteFrom('mainspring_items').where('number', 'in', numbers))
}
