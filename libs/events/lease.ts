import {
  databaseTime,
  type Given,
  type Kysely,
  prepared,
  type Reader,
  type Selects,
  sql,
  type TablesOf,
  type Writer,
} from '@mainspring/data'
import type { EventStore } from './context.ts'
import { leases } from './tables.ts'

type Tables = TablesOf<[typeof leases]>

/**
 * Milliseconds that a lease lasts: how long a process counts as alive that is not heard of. It is renewed four times as often, so
 * it outlasts a process that can do nothing else for more than three seconds, and two renewals that fail. See docs/decisions/0040.
 */
export const LEASE = 5_000

/** How often a lease of so many milliseconds is renewed. */
export const renewalOf = (lease: number): number => lease / 4

/** The lease of the one process that stamps, receives, listens and schedules. */
export const CONDUCTOR = 'conductor'

/** Somebody else has the lease, or may have it: nothing more may be written under this epoch. */
export class LeaseLost extends Error {
  constructor(name: string, epoch: number) {
    super(`The lease ${name} is no longer held under epoch ${epoch}.`)
    this.name = 'LeaseLost'
  }
}

/** A place that one process at a time may hold. */
export interface Lease {
  /** Renews the lease if it is held here, else takes it if it is free. Resolves to its epoch; undefined while another process has it. */
  readonly acquire: () => Promise<number | undefined>
  /** Gives it back, so that the next process need not wait until it runs out. */
  readonly release: () => Promise<void>
}

/**
 * Competes for a lease in the name of this process. Who may have it is told by the clock of the database; its epoch goes up
 * whenever it is taken. It lasts `duration` milliseconds. An embedded database belongs to one process, so there it is free at once after a crash.
 */
export function createLease(
  { database, instance }: EventStore,
  name: string,
  { duration = LEASE }: { readonly duration?: number } = {},
): Lease {
  let held: number | undefined

  async function acquire(): Promise<number | undefined> {
    if (held !== undefined && (await renew(held))) return held
    held = undefined
    const free = await findFree(database.reader, name, instance)
    if (free === undefined) return undefined
    if (free === 0) await database.write((db) => db.insertUnlessThere(leases, { name, ...NOBODYS }))
    if (await database.write((db) => take(db, free), { single: true })) held = free + 1
    return held
  }

  const renew = async (epoch: number): Promise<boolean> =>
    (await database.write(
      (db) =>
        db.execute((query: Kysely<Tables>) =>
          query
            .updateTable('mainspring_leases')
            .set({ expire_time: databaseTime(db.engine, duration) })
            .where('name', '=', name)
            .where('holder', '=', instance)
            .where('epoch', '=', epoch),
        ),
      { single: true, urgent: true },
    )) > 0

  /** Only under the epoch that was seen: of several that saw it free one succeeds. */
  const take = async (db: Writer, seen: number): Promise<boolean> =>
    (await db.execute((query: Kysely<Tables>) =>
      query
        .updateTable('mainspring_leases')
        .set({ holder: instance, epoch: seen + 1, expire_time: databaseTime(db.engine, duration) })
        .where('name', '=', name)
        .where('epoch', '=', seen)
        .where(isFree(db, instance)),
    )) > 0

  async function release(): Promise<void> {
    const epoch = held
    held = undefined
    if (epoch === undefined) return
    await database.write(
      (db) =>
        db.execute((query: Kysely<Tables>) =>
          query
            .updateTable('mainspring_leases')
            .set({ holder: null })
            .where('name', '=', name)
            .where('holder', '=', instance)
            .where('epoch', '=', epoch),
        ),
      { single: true },
    )
  }

  return { acquire, release }
}

/**
 * Lets a transaction go on only under this epoch, and nobody take the lease until it has ended. Throws `LeaseLost`. Comes
 * first in a transaction: what is read after it is not changed by another holder.
 */
export const requireLease = (db: Writer, name: string, epoch: number): Promise<void> =>
  db.requirePrepared(
    db.engine === 'sqlite' ? heldLease : heldLeaseLocked,
    { name, epoch },
    () => new LeaseLost(name, epoch),
  )

/** Has nobody write under a lease until the transaction has ended, whoever holds it. On SQLite transactions come one by one. */
export async function lockLease(db: Writer, name: string): Promise<void> {
  if (db.engine === 'sqlite') return
  await db.query((query: Selects<Tables>) =>
    query.selectFrom('mainspring_leases').select('epoch').where('name', '=', name).forUpdate(),
  )
}

const findHeld = (query: Kysely<Tables>, given: Given<{ name: string; epoch: number }>) =>
  query
    .selectFrom('mainspring_leases')
    .select('epoch')
    .where('name', '=', given('name'))
    .where('epoch', '=', given('epoch'))
    .where('holder', 'is not', null)

const heldLease = prepared(findHeld)
const heldLeaseLocked = prepared((query: Kysely<Tables>, given: Given<{ name: string; epoch: number }>) =>
  findHeld(query, given).forUpdate(),
)

const NOBODYS = { holder: null, epoch: 0, expire_time: '2000-01-01T00:00:00.000Z' }

/** The epoch of a lease that is free, 0 when there never was one; looks without a lock, for it looks often. */
async function findFree(db: Reader, name: string, instance: string): Promise<number | undefined> {
  const [row] = await db.query((query: Selects<Tables>) =>
    query
      .selectFrom('mainspring_leases')
      .select(['epoch', sql<number>`case when ${isFree(db, instance)} then 1 else 0 end`.as('is_free')])
      .where('name', '=', name),
  )
  if (!row) return 0
  return Number(row.is_free) === 1 ? row.epoch : undefined
}

const isFree = (db: Reader, instance: string) =>
  db.engine === 'sqlite'
    ? sql<boolean>`(holder is null or holder <> ${instance} or expire_time <= ${databaseTime(db.engine)})`
    : sql<boolean>`(holder is null or expire_time <= ${databaseTime(db.engine)})`
