import { type Clock, createLog, id, integer, type Log, systemClock, text } from '@mainspring/core'
import { type Database, entity, type Kysely, lockTable, type TablesOf, type Writer } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import { event } from '../event.ts'
import { createLease } from '../lease.ts'
import { createOutbox, type Outbox } from '../outbox.ts'
import { eventTables, type leases } from '../tables.ts'

/** A row that counts what is done to it. */
export const Counter = entity('counters', 'counter', { count: integer() })

/** A counter was raised, and is now at `count`. */
export const Counted = event(
  'meters.counted',
  { counter_id: id(), count: integer(), note: text({ optional: true }) },
  { subject: 'counters/{counter_id}', description: 'A counter was raised by one.' },
)

/** A counter was put back to 0. */
export const Cleared = event(
  'meters.cleared',
  { counter_id: id() },
  { subject: 'counters/{counter_id}', description: 'A counter was put back.' },
)

/** A service that counts, and emits what it counts. */
export interface Meters {
  readonly database: Database
  readonly store: EventStore
  readonly outbox: Outbox
  /** Takes the conductor's lease, whoever has it; resolves to its epoch. */
  readonly conduct: (instance?: string) => Promise<number>
  readonly storeOf: (options: {
    readonly instance?: string
    readonly log?: Log
    readonly database?: Database
    readonly clock?: Clock
  }) => EventStore
  /** Makes a counter that was raised so many times. */
  readonly count: (times?: number) => Promise<string>
}

/** Opens it on an empty database, with the tables of events; the caller closes the database. */
export async function openMeters(url: string, service = 'meters'): Promise<Meters> {
  // Programs that only want the entity and its events start in a tenth of the time without it.
  const { openEntities } = await import('@mainspring/testing')
  const database = await openEntities(url, { entities: [Counter], tables: [...eventTables.tables, lockTable] })
  const storeOf: Meters['storeOf'] = ({ instance = 'a', log = createLog({ level: 'silent' }), ...rest }) => ({
    ...{ service, database, clock: systemClock, log, instance },
    ...rest,
  })
  const store = storeOf({})
  const outbox = createOutbox(store, service === 'meters' ? [Counted, Cleared] : [])
  let instances = 0
  return {
    database,
    store,
    outbox,
    storeOf,
    async conduct(instance = `conductor ${++instances}`) {
      await database.write((db) =>
        db.execute((query: Kysely<TablesOf<[typeof leases]>>) =>
          query.updateTable('mainspring_leases').set({ holder: null }),
        ),
      )
      const epoch = await createLease(storeOf({ instance }), 'conductor').acquire()
      if (epoch === undefined) throw new Error('The lease was free.')
      return epoch
    },
    async count(times = 1) {
      const { id } = await database.write((db) => db.insert(Counter, { count: 0 }))
      for (let time = 0; time < times; time++) await database.write((db) => raise(outbox, db, id))
      return id
    },
  }
}

/** Raises a counter and emits its count; to be called in a unit of work. */
export async function raise(outbox: Outbox, db: Writer, id: string): Promise<void> {
  const row = await db.getForUpdate(Counter, id)
  const { count } = await db.update(Counter, row, { count: row.count + 1 })
  await outbox.emitter(db, {})(Counted, { counter_id: id, count })
}
