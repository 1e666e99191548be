import { databaseTime, type Kysely, type Selects, type SqlBool, sql, type Writer } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'
import type { Claimed } from './claim.ts'

/** An item under the epoch in which it was taken. */
export type Held = Pick<Claimed, 'number' | 'epoch'>

/**
 * Has items stay this process's for so many milliseconds from now; resolves to those that are not so any more. It waits for
 * nobody: one whose row is locked is just being settled, and nobody takes that for lost.
 */
export async function extendLeases<H extends Held>(
  { database }: EventStore,
  held: readonly H[],
  lease: number,
): Promise<readonly H[]> {
  if (held.length === 0) return []
  const { name } = database.engine
  const extended =
    name === 'mysql'
      ? await database.write((db) => extendInTwoSteps(db, held, lease), { urgent: true })
      : await database.write((db) => db.execute(extendIn(name, held, lease)), { single: true, urgent: true })
  if (extended === held.length) return []
  const left = await database.reader.query((query: Selects<WorkTables>) => selectHeld(query, held))
  const numbers = new Set(left.map(({ number }) => number))
  return held.filter(({ number }) => !numbers.has(number))
}

const extendIn = (engine: 'sqlite' | 'postgres', held: readonly Held[], lease: number) => (query: Kysely<WorkTables>) =>
  query
    .with('held', () =>
      engine === 'sqlite' ? selectHeld(query, held) : selectHeld(query, held).forUpdate().skipLocked(),
    )
    .updateTable('mainspring_items')
    .set({ lease_time: databaseTime(engine, lease) })
    .where(({ selectFrom }) => sql<SqlBool>`number in ${selectFrom('held').select('held.number')}`)

/** MySQL passes over no rows in an UPDATE. */
async function extendInTwoSteps(db: Writer, held: readonly Held[], lease: number): Promise<number> {
  const found = await db.query((query: Selects<WorkTables>) => selectHeld(query, held).forUpdate().skipLocked())
  if (found.length === 0) return 0
  const numbers = found.map(({ number }) => number)
  return db.execute((query: Kysely<WorkTables>) =>
    query
      .updateTable('mainspring_items')
      .set({ lease_time: databaseTime('mysql', lease) })
      .where('number', 'in', numbers),
  )
}

const selectHeld = (query: Selects<WorkTables>, held: readonly Held[]) =>
  query.selectFrom('mainspring_items').select('number').where(areHeld(held))

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

/** Items of a queue that somebody took and did not keep: the process has died, or hangs. See `lockExpired`. */
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

/**
 * Takes hold of such an item in a unit of work; false if its lease was extended meanwhile, or somebody is just settling it, for
 * whom it does not wait.
 */
export async function lockExpired(db: Writer, { number, epoch }: Held): Promise<boolean> {
  const found = await db.query((query: Selects<WorkTables>) => {
    const expired = query
      .selectFrom('mainspring_items')
      .select('number')
      .where('number', '=', number)
      .where('epoch', '=', epoch)
      .where('state', '=', 'LEASED')
      .where('lease_time', '<=', databaseTime(db.engine))
    return db.engine === 'sqlite' ? expired : expired.forUpdate().skipLocked()
  })
  return found.length > 0
}

const areHeld = (held: readonly Held[]) => {
  const pairs = held.map(({ number, epoch }) => sql`(number = ${number} and epoch = ${epoch})`)
  return sql<SqlBool>`state = 'LEASED' and (${sql.join(pairs, sql` or `)})`
}
