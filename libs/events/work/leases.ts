import { databaseTime, type Kysely, type Selects, type SqlBool, sql } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'
import type { Claimed } from './claim.ts'

/** An item under the epoch in which it was taken. */
export type Held = Pick<Claimed, 'number' | 'epoch'>

/** Has items stay this process's for so many milliseconds from now; resolves to those that are not so any more. */
export async function extendLeases<H extends Held>(
  { database }: EventStore,
  held: readonly H[],
  lease: number,
): Promise<readonly H[]> {
  if (held.length === 0) return []
  const extended = await database.write(
    (db) =>
      db.execute((query: Kysely<WorkTables>) =>
        query
          .updateTable('mainspring_items')
          .set({ lease_time: databaseTime(db.engine, lease) })
          .where(areHeld(held)),
      ),
    { single: true },
  )
  if (extended === held.length) return []
  const left = await database.reader.query((query: Selects<WorkTables>) =>
    query.selectFrom('mainspring_items').select('number').where(areHeld(held)),
  )
  const numbers = new Set(left.map(({ number }) => number))
  return held.filter(({ number }) => !numbers.has(number))
}

/** Gives items back: they are as if they had not been taken. */
export async function giveBack({ database }: EventStore, held: readonly Held[]): Promise<void> {
  if (held.length === 0) return
  await database.write(
    (db) =>
      db.execute((query: Kysely<WorkTables>) =>
        query.updateTable('mainspring_items').set({ state: 'READY', lease_time: null }).where(areHeld(held)),
      ),
    { single: true },
  )
}

/** Items of a queue that somebody took and did not keep: the process has died, or hangs. */
export const findExpired = (
  { database }: EventStore,
  queue: string,
): Promise<readonly Pick<Claimed, 'number' | 'epoch' | 'key' | 'attempts'>[]> =>
  database.reader.query((query: Selects<WorkTables>) =>
    query
      .selectFrom('mainspring_items')
      .select(['number', 'epoch', 'key', 'attempts'])
      .where('queue', '=', queue)
      .where('state', '=', 'LEASED')
      .where('lease_time', '<=', databaseTime(database.engine.name))
      .orderBy('number')
      .limit(100),
  )

const areHeld = (held: readonly Held[]) => {
  const pairs = held.map(({ number, epoch }) => sql`(number = ${number} and epoch = ${epoch})`)
  return sql<SqlBool>`state = 'LEASED' and (${sql.join(pairs, sql` or `)})`
}
