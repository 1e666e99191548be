import type { Fields } from '@mainspring/core'
import type { Database } from './database.ts'
import type { Entity, InsertOf } from './entity.ts'

/** Named rows of one entity that everybody knows: in development, in demonstrations, in tests. */
export interface FixtureSet {
  readonly entity: Entity
  /** How many rows were missing and are there now; with `reset` all of them are made anew. */
  readonly load: (database: Database, options: { readonly reset: boolean }) => Promise<number>
}

/** Declares fixtures; each row has an id, by which it is found again. */
export function fixtures<C extends Fields>(
  entity: Entity<C>,
  rows: readonly (InsertOf<C> & { readonly id: string })[],
): FixtureSet {
  return {
    entity,
    load: (database, { reset }) =>
      database.write(async (db) => {
        const known = await db.findManyForUpdate(
          entity,
          rows.map(({ id }) => id),
        )
        if (reset) for (const row of known.values()) await db.delete(entity, row, { force: true })
        const missing = reset ? rows : rows.filter(({ id }) => !known.has(id))
        await db.insertMany(entity, missing)
        return missing.length
      }),
  }
}
