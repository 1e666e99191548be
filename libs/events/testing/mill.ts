import { type Clock, createLog, integer, systemClock, text } from '@mainspring/core'
import { type Database, entity, lockTable, type Selects } from '@mainspring/data'
import { openEntities } from '@mainspring/testing'
import type { Consumer, RunUnit } from '../consumer.ts'
import type { EventStore, Writes } from '../context.ts'
import { createEnqueue, type OnEnqueued } from '../enqueue.ts'
import type { ItemState, WorkTables } from '../items.ts'
import type { EnqueueOptions } from '../queue.ts'
import { queue } from '../queue-declaration.ts'
import { eventTables } from '../tables.ts'
import { consumerOf } from '../work/consumer-of.ts'
import { startWorkers, type Workers, type WorkTimes } from '../work/worker.ts'

/** What came of an item: one row for each time that one was settled. */
export const Flour = entity('flours', 'flour', { grain: text({ max: 80 }), turn: integer() })

/** Grain is ground, with a table of what came out. */
export const grinding = queue({
  name: 'mills.grind',
  payload: { grain: text({ max: 80 }), turn: integer() },
  retry: { attempts: 3, first_seconds: 0.02, longest_seconds: 0.05 },
  settle: async ({ db }: Writes, { payload }) => {
    await db.insert(Flour, payload)
  },
})

/** A service whose only work is to grind. */
export interface Mill {
  readonly database: Database
  /** What an instance of it has: all share the database. */
  readonly storeOf: (instance?: string) => EventStore
  readonly store: EventStore
  readonly runUnit: RunUnit
  /** Puts so much grain into the queue, in one unit of work; who starts workers without `onEnqueued` has them look for it. */
  readonly bring: (grains: readonly string[], options?: EnqueueOptions, onEnqueued?: OnEnqueued) => Promise<void>
  /** A consumer that writes flour; some of it may be told otherwise. */
  readonly miller: (changes?: Partial<Consumer>) => Consumer
  readonly grind: Consumer['settle']
  /** Workers who are stopped by `close` if nobody did. */
  readonly start: (consumer: Consumer, times?: Partial<WorkTimes>, instance?: string) => Workers
  readonly flour: () => Promise<readonly string[]>
  readonly items: () => Promise<readonly WorkTables['mainspring_items'][]>
  readonly states: () => Promise<readonly ItemState[]>
  readonly attempts: () => Promise<readonly WorkTables['mainspring_attempts'][]>
  readonly close: () => Promise<void>
}

/** Times that do not keep a test waiting. */
export const HASTY: Partial<WorkTimes> = { lease: 1_500, look: [10, 50], sweep: 100, drain: 2_000 }

/** Opens it on an empty database. */
export async function openMill(url: string, clock: Clock = systemClock): Promise<Mill> {
  const database = await openEntities(url, { entities: [Flour], tables: [...eventTables.tables, lockTable], clock })
  const log = createLog({ level: process.env.MILL_LOG ?? 'silent' })
  const storeOf = (instance = 'a'): EventStore => ({ service: 'mills', database, clock, log, instance })
  const store = storeOf()
  const started: Workers[] = []
  const runUnit: RunUnit = ({ origin }, job, options) =>
    database.write(
      (db) => job({ db, clock, log, emit: async () => {}, enqueue: createEnqueue(store, [grinding])(db, origin) }),
      options,
    )
  const all = <T extends keyof WorkTables>(name: T) =>
    database.reader.query((query: Selects<WorkTables>) =>
      query
        .selectFrom(name as 'mainspring_items')
        .selectAll()
        .orderBy('number'),
    ) as unknown as Promise<readonly WorkTables[T][]>
  const { settle: grind, handlingOf } = consumerOf(grinding, { db: database.reader, clock })
  return {
    ...{ database, store, storeOf, runUnit, grind },
    async bring(grains, options, onEnqueued) {
      await database.write(async (db) => {
        const enqueue = createEnqueue(store, [grinding], onEnqueued)(db, {})
        for (const [turn, grain] of grains.entries()) await enqueue(grinding, { grain, turn }, options)
      })
    },
    miller: (changes) => ({
      queue: grinding.name,
      retry: grinding.retry,
      concurrency: grinding.concurrency,
      handlingOf,
      settle: grind,
      ...changes,
    }),
    start(consumer, times = {}, instance = 'a') {
      const workers = startWorkers(storeOf(instance), [consumer], runUnit, { ...HASTY, ...times })
      started.push(workers)
      return workers
    },
    async flour() {
      const rows = await database.reader.query((query: Selects<{ flours: { id: string; grain: string } }>) =>
        query.selectFrom('flours').select('grain').orderBy('id'),
      )
      return rows.map(({ grain }) => grain)
    },
    items: () => all('mainspring_items'),
    states: async () => (await all('mainspring_items')).map(({ state }) => state),
    attempts: () => all('mainspring_attempts'),
    async close() {
      for (const workers of started) await workers.stop()
      await database.close()
    },
  }
}
