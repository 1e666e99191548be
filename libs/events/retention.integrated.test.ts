import { createLog, toTimestamp } from '@mainspring/core'
import type { Database, Kysely, Selects, TablesOf } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterAll, expect, test, vi } from 'vitest'
import type { EventStore } from './context.ts'
import { createInbox } from './inbox.ts'
import { listener } from './listener.ts'
import { registerListeners } from './registration.ts'
import { pruneInbox, pruneOutbox, type Retention } from './retention.ts'
import { createServiceEvents } from './service-events.ts'
import { memorySource } from './source.ts'
import type { inbox, listeners, readers } from './tables.ts'
import { Cleared, Counted, type Meters, openMeters } from './testing/counters.ts'

type Tables = TablesOf<[typeof inbox, typeof readers, typeof listeners]>

const HOUR = 3_600_000
const SOON = { timeout: 10_000 }
const retention: Retention = { age: HOUR, hard_age: 24 * HOUR, most: 1_000_000 }

describeEachEngine('what is kept of events', (engine) => {
  const open: Database[] = []
  afterAll(async () => {
    for (const database of open) await database.close()
  })
  const openService = async (events = 0) => {
    const meters = await openMeters(await engine.createUrl())
    open.push(meters.database)
    await meters.count(events)
    await stampAll(meters)
    return meters
  }
  const stampAll = async ({ outbox, conduct }: Meters) => {
    const epoch = await conduct()
    while ((await outbox.stamp(epoch)) > 0);
  }
  const lines: string[] = []
  const later = (meters: Meters, hours: number) => {
    const now = Date.now() + hours * HOUR + 60_000
    return meters.storeOf({
      clock: { now: () => now },
      log: createLog({ level: 'warn', write: (line) => lines.push(JSON.parse(line)) }),
    })
  }
  const placesOf = async ({ outbox }: Meters) => (await outbox.read(0, 10_000)).map(({ position }) => position)
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

  test('goes from the outbox when it is old and all readers have it', async () => {
    const meters = await openService(1_203)
    await meters.outbox.report('fast', 1_203)
    await meters.outbox.report('slow', 1_100)
    lines.length = 0

    expect(await pruneOutbox(later(meters, 0.5), retention)).toEqual({ events: 0, unread: 0 })
    expect(await pruneOutbox(later(meters, 2), retention)).toEqual({ events: 1_100, unread: 0 })

    expect(await placesOf(meters)).toEqual(range(1_101, 1_203))
    expect(lines).toEqual([])
  })

  test('goes whoever waits for it when it is too old, and that is said', async () => {
    const meters = await openService(5)
    await meters.outbox.report('fast', 4)
    await meters.outbox.report('slow', 2)
    lines.length = 0
    const next = later(meters, 23)
    await meters.database.write((db) =>
      db.execute((query: Kysely<Tables>) =>
        query
          .updateTable('mainspring_readers')
          .set({ update_time: String(db.encode('timestamp', toTimestamp(next.clock.now()))) }),
      ),
    )

    const pruned = await pruneOutbox(next, { ...retention, hard_age: 22 * HOUR })

    expect(pruned).toEqual({ events: 5, unread: 3 })
    expect(lines).toMatchObject([{ log: 'outbox', events: 3, behind: expect.arrayContaining(['fast', 'slow']) }])
    expect(await placesOf(meters)).toEqual([])
    expect(await meters.outbox.end()).toBe(5)
  })

  test('goes when there is too much of it', async () => {
    const meters = await openService(10)
    await meters.outbox.report('fast', 9)
    await meters.outbox.report('slow', 2)
    lines.length = 0

    const pruned = await pruneOutbox(later(meters, 0), { ...retention, most: 4 })

    expect(pruned).toEqual({ events: 6, unread: 4 })
    expect(await placesOf(meters)).toEqual([7, 8, 9, 10])
    expect(lines).toMatchObject([{ log: 'outbox', events: 4, behind: ['slow'] }])
  })

  test('stays in the outbox before it has a place, and gets the next one when all else is gone', async () => {
    const meters = await openService(3)
    await meters.count(2)
    const { events } = await pruneOutbox(later(meters, 2), retention)

    await stampAll(meters)

    expect(events).toBe(engine.name === 'sqlite' ? 5 : 3)
    expect(await placesOf(meters)).toEqual(engine.name === 'sqlite' ? [] : [4, 5])
    expect(await meters.outbox.end()).toBe(5)
  })

  test('goes from the inbox when it is old and all listeners are done with it', async () => {
    const meters = await openService(7)
    await registerListeners(
      meters.store,
      ['a', 'b'].map((name) =>
        listener({ name: `meters.${name}`, event: Counted, from: 'beginning', handle: async () => {} }),
      ),
    )
    await createInbox(meters.store).take(memorySource(meters.outbox), await meters.conduct())
    const move = (name: string, position: number) =>
      meters.database.write((db) =>
        db.execute((query: Kysely<Tables>) =>
          query.updateTable('mainspring_listeners').set({ position }).where('name', '=', name),
        ),
      )
    await move('meters.a', 6)
    await move('meters.b', 3)
    lines.length = 0

    expect(await pruneInbox(later(meters, 2), retention)).toEqual({ events: 3, unread: 0 })
    expect(await pruneInbox(later(meters, 2), { ...retention, most: 2 })).toEqual({ events: 2, unread: 2 })

    const rows = await meters.database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_inbox').select('position').orderBy('position'),
    )
    expect(rows.map(({ position }) => position)).toEqual([6, 7])
    expect(lines).toMatchObject([{ log: 'inbox', events: 2, behind: ['meters.b'] }])
  })

  test('is not kept for a reader that has not come for the longest time, unless it has had all', async () => {
    const meters = await openService(3)
    await meters.outbox.report('gone', 1)
    await meters.outbox.report('idle', 3)
    lines.length = 0

    const pruned = await pruneOutbox(later(meters, 25), retention)

    const rows = await meters.database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_readers').select('name'),
    )
    expect(rows).toEqual([{ name: 'idle' }])
    expect(pruned).toEqual({ events: 3, unread: 2 })
    expect(lines).toMatchObject([
      { behind: ['gone'] },
      { reader: 'gone', position: 1, message: 'a reader of events has not come for long and is forgotten' },
    ])
  })

  test('is pruned while a service runs, which counts what somebody had not read', async () => {
    const meters = await openMeters(await engine.createUrl())
    open.push(meters.database)
    await meters.count(3)
    const start = (store: EventStore) => {
      const declared = { events: [Counted, Cleared], listeners: [], queues: [], schedules: [] }
      const events = createServiceEvents(store, declared, {}, retention)
      events.start()
      return events
    }
    const first = start(meters.store)
    await vi.waitFor(async () => expect(await placesOf(meters)).toEqual([1, 2, 3]), SOON)
    await first.stop()
    await meters.outbox.report('slow', 1)

    const second = start(later(meters, 25))
    await vi.waitFor(async () => expect(await placesOf(meters)).toEqual([]), SOON)
    await second.stop()

    expect(second.pruned_unread).toEqual({ outbox: 2, inbox: 0 })
  })
})
