import type { Kysely, Selects, TablesOf } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import { CONDUCTOR, requireLease } from '../lease.ts'
import type { listeners, marks } from '../tables.ts'

type Tables = TablesOf<[typeof listeners, typeof marks]>

/** A listener's place in the inbox, as its database knows it. */
export interface Place {
  readonly position: number
  /** Writes down that all up to here are done, or are items. Throws `LeaseLost` when another process conducts. */
  readonly save: (position: number) => Promise<void>
}

/**
 * Milliseconds that marks are kept when the listener's place has passed them. A conductor that was about to write one when it
 * lost the lease finds another epoch, or the mark: no statement takes longer than that to look.
 */
const MARKS_KEPT = 20_000

/** Finds the place of a listener that was registered. */
export async function findPlace({ database }: EventStore, listener: string, epoch: number): Promise<Place> {
  const [row] = await database.reader.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_listeners').select('position').where('name', '=', listener),
  )
  if (!row) throw new Error(`The listener ${listener} was never registered.`)
  let saves: readonly { readonly position: number; readonly time: number }[] = []
  /** Up to here no marks are left. PostgreSQL would read all that are gone again and again, until it is vacuumed. */
  let cleared = 0
  return {
    position: row.position,
    async save(position) {
      const now = performance.now()
      const passed = saves.findLast(({ time }) => time <= now - MARKS_KEPT)
      await database.write(async (db) => {
        await requireLease(db, CONDUCTOR, epoch)
        await db.execute((query: Kysely<Tables>) =>
          query.updateTable('mainspring_listeners').set({ position }).where('name', '=', listener),
        )
        if (!passed) return
        await db.execute((query: Kysely<Tables>) =>
          query
            .deleteFrom('mainspring_marks')
            .where('listener', '=', listener)
            .where('position', '>', cleared)
            .where('position', '<=', passed.position),
        )
      })
      cleared = passed?.position ?? cleared
      saves = [...saves.filter(({ time }) => !passed || time > passed.time), { position, time: now }]
    },
  }
}
