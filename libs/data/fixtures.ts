import { type Clock, type Fields, systemClock } from '@mainspring/core'
import type { Database } from './database.ts'
import type { Entity, InsertOf } from './entity.ts'

/** Named rows of one entity that everybody knows: in development, in demonstrations, in tests. */
export interface FixtureSet {
  readonly entity: Entity
  /** How many rows were missing and are there now; with `reset` all of them are made anew. */
  readonly load: (database: Database, options: { readonly reset: boolean; readonly clock?: Clock }) => Promise<number>
}

type FixtureRow<C> = InsertOf<C> & { readonly id: string }

/**
 * Declares fixtures; each row has an id, by which it is found again. Rows may be made from the moment of loading, in
 * milliseconds; what is there already keeps the dates of the load that made it.
 */
export function fixtures<C extends Fields>(
  entity: Entity<C>,
  rows: readonly FixtureRow<C>[] | ((now: number) => readonly FixtureRow<C>[]),
): FixtureSet {
  return {
    entity,
    load: (database, { reset, clock = systemClock }) =>
      database.write(async (db) => {
        const wanted = typeof rows === 'function' ? rows(clock.now()) : rows
        const known = await db.findManyForUpdate(
          entity,
          wanted.map(({ id }) => id),
        )
        if (reset) for (const row of known.values()) await db.delete(entity, row, { force: true })
        const missing = reset ? wanted : wanted.filter(({ id }) => !known.has(id))
        await db.insertMany(entity, missing)
        return missing.length
      }),
  }
}
