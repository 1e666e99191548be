import { setTimeout as sleep } from 'node:timers/promises'
import { id } from '@mainspring/core'
import { describeEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Writes } from './context.ts'
import { listener } from './listener.ts'
import { queue } from './queue-declaration.ts'
import { createServiceEvents, type ServiceEvents } from './service-events.ts'
import { memorySource } from './source.ts'
import { Counted, Counter, type Meters, openMeters } from './testing/counters.ts'

// Nobody looks by himself in time: what is seen here was told.
vi.mock('./wake.ts', async (importOriginal) => {
  const { createWake } = await importOriginal<typeof import('./wake.ts')>()
  return {
    createWake() {
      const { wake, wait } = createWake()
      return { wake, wait: (_: number, signal: AbortSignal) => wait(60_000, signal) }
    },
  }
})

const SOON = { timeout: 10_000, interval: 5 }

/** Milliseconds after which each of them waits. */
const FIRST_LOOKS = 400

const printing = { name: 'meters.print', payload: { counter_id: id() } }
/** The other process only enqueues. */
const toPrint = queue(printing)

describeEngine('postgres', 'of two processes on one database', ({ createUrl }) => {
  let meters: Meters
  let other: ServiceEvents
  let heard: string[]
  let printed: string[]
  const started: ServiceEvents[] = []

  beforeEach(async () => {
    ;[heard, printed] = [[], []]
    meters = await openMeters(await createUrl())
    const hear = listener({
      name: 'meters.hear',
      event: Counted,
      handle: async ({ db }: Writes, { data }) => db.afterCommit(() => heard.push(data.counter_id)),
    })
    const print = queue({
      ...printing,
      settle: async ({ db }: Writes, { payload }) => db.afterCommit(() => printed.push(payload.counter_id)),
    })
    await start('conducting', { listeners: [hear], queues: [print] })
    await vi.waitFor(async () => expect(await conductors()).toEqual(['conducting']), SOON)
    other = await start('other', { queues: [toPrint] })
    await vi.waitFor(async () => expect(await listening()).toBe(2), SOON)
    await sleep(FIRST_LOOKS)
  })
  afterEach(async () => {
    for (const each of started.splice(0)) await each.stop()
    await meters.database.close()
  })

  test('one hears at once what the other emits, and the other when it can be read', { timeout: 20_000 }, async () => {
    const stream = await other.follow([Counted])
    const next = stream[Symbol.asyncIterator]().next()

    await sleep(FIRST_LOOKS)
    const id = await count()

    await expect.poll(() => heard, SOON).toEqual([id])
    expect(await next).toMatchObject({ value: { event: { data: { counter_id: id } } } })
  })

  test('one works at once on what the other enqueues', async () => {
    await meters.database.write((db) => other.publishing(db, {}).enqueue(toPrint, { counter_id: '7' }))

    await expect.poll(() => printed, SOON).toEqual(['7'])
  })

  const count = () =>
    meters.database.write(async (db) => {
      const { id } = await db.insert(Counter, { count: 1 })
      await other.publishing(db, {}).emit(Counted, { counter_id: id, count: 1 })
      return id
    })

  async function start(instance: string, declared: object): Promise<ServiceEvents> {
    const all = { events: [Counted], listeners: [], queues: [], schedules: [], ...declared }
    const events = createServiceEvents(meters.storeOf({ instance }), all, {})
    await events.subscribe([memorySource(events.outbox)])
    events.start()
    started.push(events)
    return events
  }

  const values = async (sql: string) => (await meters.database.engine.reader.values(sql)).flat()
  const conductors = () => values("SELECT holder FROM test.mainspring_leases WHERE name = 'conductor'")
  const listening = async () =>
    (
      await values(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'",
      )
    )[0]
})
