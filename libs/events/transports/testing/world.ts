import { setTimeout as sleep } from 'node:timers/promises'
import { createIds, systemClock } from '@mainspring/core'
import type { Selects, TablesOf } from '@mainspring/data'
import { expect } from 'vitest'
import { createEnvelope, writeEnvelope } from '../../envelope.ts'
import { createInbox } from '../../inbox.ts'
import { LeaseLost } from '../../lease.ts'
import { type Listener, listener } from '../../listener.ts'
import { registerListeners } from '../../registration.ts'
import type { EventSource } from '../../source.ts'
import { type inbox, outbox, type readers } from '../../tables.ts'
import { Counted, Counter, type Meters, openMeters } from '../../testing/counters.ts'
import type { Publisher } from '../publisher.ts'
import { startRelay } from '../relay.ts'
import { type AtPoint, interruptDatabase, interruptPublisher } from './interruptions.ts'

type Tables = TablesOf<[typeof outbox, typeof inbox, typeof readers]>

/** A process's way to the others. */
export interface Way {
  /** Undefined where readers come to the outbox. */
  readonly publisher?: Publisher | undefined
  readonly sources: readonly EventSource[]
  readonly close: () => Promise<void>
}

/** Something that runs until it is stopped. */
export interface Running {
  readonly stop: () => Promise<void>
  /** Whether it has found that another process has the lease. */
  readonly isLost: () => boolean
}

/** A service that counts, and one that hears of it. */
export interface World {
  readonly meters: Meters
  readonly diners: Meters
  /** Has the diners listen; what is emitted from then on is theirs. */
  readonly listen: (way: Way, from?: Listener['from']) => Promise<void>
  /** Publishes what the meters emit, as a process that has just got the lease. */
  readonly publish: (way: Way, at?: AtPoint) => Promise<Running>
  /** Receives for the diners, as a process that has just got the lease. */
  readonly receive: (way: Way, at?: AtPoint) => Promise<Running>
  /** Raises counters at random, several at the same time, and emits what they are at. */
  readonly count: (times: number, note?: (time: number) => string) => Promise<void>
  /** Puts events into the outbox that say that much, many at once. */
  readonly fill: (events: number, bytes: number, subjects?: number) => Promise<void>
  /** Waits until all that was emitted is published, where that is to be done. */
  readonly expectPublished: (way: Way) => Promise<void>
  /** How many events have arrived. */
  readonly countArrived: () => Promise<number>
  /** Waits until all that was emitted has arrived, and checks that it has once, unchanged, of each subject in order. */
  readonly expectAll: (seconds?: number) => Promise<void>
  readonly close: () => Promise<void>
}

const COUNTERS = 40
const WRITERS = 8
const NOTES = ['', 'ä"\\\n\u2028', '日本語', '👩‍🍳', '<a>&\ud83c\udf55']

const nothing: AtPoint = async () => {}

/** Opens both on databases of their own. */
export async function openWorld(createUrl: () => Promise<string>): Promise<World> {
  const meters = await openMeters(await createUrl())
  const diners = await openMeters(await createUrl(), 'diners')
  const running = new Set<Running>()
  const ids = await meters.database.write(async (db) => {
    const rows = await db.insertMany(
      Counter,
      Array.from({ length: COUNTERS }, () => ({ count: 0 })),
    )
    return rows.map(({ id }) => id)
  })
  let emitted = 0

  function run(made: Running): Running {
    running.add(made)
    return made
  }

  async function publish({ publisher }: Way, at = nothing): Promise<Running> {
    const epoch = await meters.conduct()
    const ending = new AbortController()
    const stamping = repeat(ending.signal, () => meters.outbox.stamp(epoch))
    const database = interruptDatabase(meters.database, at)
    const relay =
      publisher &&
      startRelay({
        store: meters.storeOf({ database }),
        outbox: meters.outbox,
        publisher: interruptPublisher(publisher, at),
        epoch,
        onLost: () => ending.abort(),
      })
    return run({
      isLost: () => ending.signal.aborted,
      async stop() {
        ending.abort()
        await relay?.stop()
        await stamping
      },
    })
  }

  async function receive({ sources }: Way, at = nothing): Promise<Running> {
    const epoch = await diners.conduct()
    const { take } = createInbox(diners.storeOf({ database: interruptDatabase(diners.database, at) }))
    const ending = new AbortController()
    let isLost = false
    const loops = sources.map((source) =>
      repeat(ending.signal, async () => {
        try {
          return (await take(source, epoch)).read
        } catch (error) {
          isLost ||= error instanceof LeaseLost
          if (isLost) ending.abort()
          return 0
        }
      }),
    )
    return run({
      isLost: () => isLost,
      async stop() {
        ending.abort()
        await Promise.all(loops)
      },
    })
  }

  async function count(times: number, note = (time: number) => NOTES[time % NOTES.length] ?? ''): Promise<void> {
    const write = async () => {
      while (emitted < end) {
        const text = note(emitted++)
        const id = ids[Math.floor(Math.random() * ids.length)] ?? ''
        await meters.database.write(async (db) => {
          const row = await db.getForUpdate(Counter, id)
          const { count } = await db.update(Counter, row, { count: row.count + 1 })
          await meters.outbox.emitter(db, {})(Counted, { counter_id: id, count, note: text })
        })
      }
    }
    const end = emitted + times
    await Promise.all(Array.from({ length: WRITERS }, write))
  }

  async function fill(events: number, bytes: number, subjects = 50): Promise<void> {
    const newId = createIds(systemClock)
    for (let first = 0; first < events; first += 500) {
      await meters.database.write((db) =>
        db.append(
          outbox,
          Array.from({ length: Math.min(500, events - first) }, (_, index) => {
            const said = { counter_id: `f${(first + index) % subjects}`, count: first + index, note: 'x'.repeat(bytes) }
            const envelope = createEnvelope(Counted, said, { newId, now: systemClock.now(), origin: {} })
            const { type, subject, time } = envelope
            return { type, subject, envelope: writeEnvelope(envelope), create_time: time }
          }),
        ),
      )
    }
  }

  const listOutbox = () =>
    meters.database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_outbox').select(['subject', 'envelope']).orderBy('number'),
    )
  const listInbox = () =>
    diners.database.reader.query((query: Selects<Tables>) =>
      query.selectFrom('mainspring_inbox').select(['subject', 'envelope']).orderBy('position'),
    )
  const countArrived = () => createInbox(diners.store).end()

  return {
    meters,
    diners,
    async listen({ sources }, from = 'now') {
      await registerListeners(diners.store, [
        listener({ name: 'diners.eat', event: Counted, from, handle: async () => {} }),
      ])
      for (const source of sources) await createInbox(diners.store).subscribe(source)
    },
    publish,
    receive,
    count,
    fill,
    async expectPublished({ publisher }) {
      if (!publisher) return
      const find = () =>
        meters.database.reader.query((query: Selects<Tables>) =>
          query.selectFrom('mainspring_readers').select('position').where('name', '=', publisher.name),
        )
      const end = (await listOutbox()).length
      await expect.poll(find, { timeout: 60_000, interval: 50 }).toEqual([{ position: end }])
    },
    countArrived,
    async expectAll(seconds = 20) {
      const said = await listOutbox()
      await expect.poll(countArrived, { timeout: seconds * 1_000, interval: 20 }).toBe(said.length)
      const heard = await listInbox()
      expect(Object.groupBy(heard, ({ subject }) => subject)).toEqual(Object.groupBy(said, ({ subject }) => subject))
    },
    async close() {
      await Promise.all([...running].map(({ stop }) => stop()))
      await Promise.all([meters.database.close(), diners.database.close()])
    },
  }
}

/** Works until it is aborted, resting when there is nothing to do. */
async function repeat(signal: AbortSignal, work: () => Promise<number>): Promise<void> {
  while (!signal.aborted) {
    const done = await work().catch(() => 0)
    if (done === 0) await sleep(5, undefined, { signal }).catch(() => undefined)
  }
}
