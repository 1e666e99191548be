import { setTimeout as sleep } from 'node:timers/promises'
import { describeEachEngine } from '@mainspring/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { eraseSubjects } from '../erasure.ts'
import { createInbox } from '../inbox.ts'
import { listener } from '../listener.ts'
import { registerListeners } from '../registration.ts'
import { pruneOutbox } from '../retention.ts'
import { memorySource } from '../source.ts'
import { Cleared, Counted, type Meters, openMeters, raise } from '../testing/counters.ts'
import { createStreams, type EventStream, type Streamed, type Streams } from './follow.ts'
import { emitted, type FollowedLog, received } from './log.ts'

describeEachEngine('a stream of what a service emits', (engine) => {
  let meters: Meters
  let streams: Streams
  let epoch: number
  beforeEach(async () => {
    meters = await openMeters(await engine.createUrl())
    epoch = await meters.conduct()
    streams = createStreams(meters.store, [emitted(meters.store, meters.outbox)])
  })
  afterEach(async () => {
    await streams.stop()
    await meters.database.close()
  })

  test('gives what is kept and goes on with what comes, nothing missing and nothing twice', async () => {
    const isDone = new AbortController()
    const stamping = stampUntil(isDone.signal)
    const counters = await Promise.all(Array.from({ length: 6 }, () => meters.count(2)))
    const writing = Promise.all(counters.map((id) => raiseAtLeisure(id, 8)))

    const stream = await streams.follow([Counted], { from: 'beginning' })
    const got = await take(stream, 6 * 10)

    await writing
    isDone.abort()
    await stamping
    expect(got.map(({ position }) => position)).toEqual(Array.from({ length: 6 * 10 }, (_, index) => index + 1))
    for (const id of counters) {
      const counts = got.filter(({ event }) => event.data.counter_id === id).map(({ event }) => event.data.count)
      expect(counts).toEqual(Array.from({ length: 10 }, (_, index) => index + 1))
    }
  })

  test('is gone on with wherever it was cut', async () => {
    await meters.count(30)
    await meters.outbox.stamp(epoch)

    const property = fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 6 }),
      async (cuts) => {
        let from: 'beginning' | number = 'beginning'
        const got: number[] = []
        for (const count of cuts) {
          const stream: EventStream<typeof Counted> = await streams.follow([Counted], { from, live: false })
          const part = await take(stream, count)
          got.push(...part.map(({ event }) => event.data.count))
          from = part.at(-1)?.position ?? stream.position
        }
        const sum = Math.min(
          30,
          cuts.reduce((all, count) => all + count, 0),
        )
        expect(got).toEqual(Array.from({ length: sum }, (_, index) => index + 1))
      },
    )

    await fc.assert(property, { numRuns: 8 })
  })

  test('begins now, and gives what comes from then on', async () => {
    const id = await meters.count(2)
    await meters.outbox.stamp(epoch)

    const stream = await streams.follow([Counted])
    await raiseAtLeisure(id, 1)
    await meters.outbox.stamp(epoch)

    expect((await take(stream, 1)).map(({ event }) => event.data.count)).toEqual([3])
  })

  test('has only the events that are asked for, and knows how far it is', async () => {
    const [one, other] = [await meters.count(3), await meters.count(2)]
    await meters.outbox.stamp(epoch)
    const options = { from: 'beginning', live: false } as const

    const ofOne = await streams.follow([Counted, Cleared], { ...options, subject: `counters/${one}` })
    const late = await streams.follow([Counted], { ...options, matches: ({ data }) => data.count === 2 })
    const none = await streams.follow([Cleared], options)

    expect((await take(ofOne, 9)).map(({ event }) => event.data)).toEqual(
      [1, 2, 3].map((count) => ({ counter_id: one, count, note: null })),
    )
    expect((await take(late, 9)).map(({ event }) => event.data.counter_id)).toEqual([one, other])
    expect([await take(none, 9), none.position]).toEqual([[], 5])
  })

  test('ends without an error when it is aborted, also while it waits', async () => {
    const reader = new AbortController()
    const stream = await streams.follow([Counted], { signal: reader.signal })
    const waiting = take(stream, 1)

    await sleep(20)
    reader.abort()

    expect(await waiting).toEqual([])
  })

  test('ends when the service does', async () => {
    const waiting = take(await streams.follow([Counted]), 1)

    await sleep(20)
    await streams.stop()

    expect(await waiting).toEqual([])
    expect(await take(await streams.follow([Counted]), 1)).toEqual([])
  })

  test('is refused behind what is not kept any more, and told from where it can go on', async () => {
    await meters.count(5)
    await meters.outbox.stamp(epoch)
    await pruneOutbox(meters.store, { age: 1e9, hard_age: 1e9, most: 2 })

    const refused = streams.follow([Counted], { from: 2 })

    await expect(refused).rejects.toMatchObject({ code: 'position_gone', members: { position: 2, beginning: 4 } })
    for (const from of ['beginning', 3] as const) {
      const rest = await streams.follow([Counted], { from, live: false })
      expect((await take(rest, 9)).map(({ position }) => position)).toEqual([4, 5])
    }
  })

  test('says so when it is overtaken by that', async () => {
    await meters.count(150)
    await meters.outbox.stamp(epoch)
    const stream = await streams.follow([Counted], { from: 'beginning' })
    const first = await take(stream, 1, { isCut: false })

    await pruneOutbox(meters.store, { age: 1e9, hard_age: 1e9, most: 2 })
    const rest = take(stream, 149)

    expect(first).toHaveLength(1)
    await expect(rest).rejects.toMatchObject({ code: 'position_gone', members: { beginning: 149 } })
  })

  test('goes on from the end when it is asked for what lies behind it', async () => {
    const id = await meters.count(1)
    await meters.outbox.stamp(epoch)

    const stream = await streams.follow([Counted], { from: 1_000 })
    await raiseAtLeisure(id, 1)
    await meters.outbox.stamp(epoch)

    expect((await take(stream, 1)).map(({ position }) => position)).toEqual([2])
  })

  test('gives nobody what was erased', async () => {
    const [one, other] = [await meters.count(1), await meters.count(1)]
    await meters.outbox.stamp(epoch)
    await meters.database.write((db) => eraseSubjects(db, [`counters/${one}`]))

    const stream = await streams.follow([Counted], { from: 'beginning', live: false })

    expect((await take(stream, 9)).map(({ event }) => event.subject)).toEqual([`counters/${other}`])
  })

  test('asks the log no more often for hundreds of readers than for one', async () => {
    const id = await meters.count(1)
    await meters.outbox.stamp(epoch)
    const { log, asked } = watched()
    const shared = createStreams(meters.store, [log])
    const readers = await Promise.all(Array.from({ length: 300 }, () => shared.follow([Counted])))
    const reading = readers.map((stream) => take(stream, 10))
    const before = { ...asked }

    await raiseAtLeisure(id, 5)
    await meters.outbox.stamp(epoch)
    await raiseAtLeisure(id, 5)
    await meters.outbox.stamp(epoch)
    const got = await Promise.all(reading)

    await shared.stop()
    expect(got.map((each) => each.map(({ event }) => event.data.count))).toEqual(
      Array(300).fill(Array.from({ length: 10 }, (_, index) => index + 2)),
    )
    expect(asked.times - before.times).toBeLessThan(100)
    expect(asked.rows).toBe(10)
  })

  test('reads what somebody wants, and for who comes later what he wants, too', async () => {
    const { log, asked } = watched()
    const shared = createStreams(meters.store, [log])
    const [ofClears, ofCounts] = [await shared.follow([Cleared]), await shared.follow([Counted])]
    const clears = take(ofClears, 1)
    await meters.count(3)
    await meters.outbox.stamp(epoch)
    await vi.waitFor(() => expect(ofClears.position).toBe(3), { timeout: 10_000 })
    const unwanted = asked.rows

    const counts = await take(ofCounts, 3)

    await shared.stop()
    expect(unwanted).toBe(0)
    expect(counts.map(({ event }) => event.data.count)).toEqual([1, 2, 3])
    expect(await clears).toEqual([])
  })

  test('has no more of the log in memory than a page, however slowly it is read', async () => {
    await meters.count(250)
    await meters.outbox.stamp(epoch)
    const { log, asked } = watched()
    const slow = await createStreams(meters.store, [log]).follow([Counted], { from: 'beginning', live: false })

    await take(slow, 1, { isCut: false })

    expect(asked.rows).toBe(100)
  })

  function watched() {
    const log = emitted(meters.store, meters.outbox)
    const asked = { times: 0, rows: 0 }
    const end = () => {
      asked.times += 1
      return log.end()
    }
    const read: FollowedLog['read'] = async (...given) => {
      const entries = await log.read(...given)
      asked.times += 1
      asked.rows += entries.length
      return entries
    }
    return { log: { ...log, end, read }, asked }
  }

  test('may also be of what arrives for the listeners of another service, by the places there', async () => {
    const diners = await openMeters(await engine.createUrl(), 'diners')
    onTestFinished(() => diners.database.close())
    const inbox = createInbox(diners.store)
    const hearing = createStreams(diners.store, [received(diners.store, inbox)])
    await registerListeners(diners.store, [listener({ name: 'diners.count', event: Counted, handle: async () => {} })])
    const [conducting, source] = [await diners.conduct(), memorySource(meters.outbox)]
    await meters.count(2)
    await meters.outbox.stamp(epoch)
    await inbox.subscribe(source)

    const stream = await hearing.follow([Counted], { from: 'beginning', log: 'inbox' })
    const reading = take(stream, 4)
    for (let round = 0; round < 2; round++) {
      await meters.count(2)
      await meters.outbox.stamp(epoch)
      await inbox.take(source, conducting)
    }
    const got = await reading

    expect(got.map(({ position, event }) => [position, event.data.count])).toEqual([
      [1, 1],
      [2, 2],
      [3, 1],
      [4, 2],
    ])
    await expect(hearing.follow([Counted])).rejects.toThrow('diners does not emit meters.counted')
    await hearing.stop()
  })

  /** Reads so many, and then goes away unless told otherwise. */
  async function take<E extends typeof Counted | typeof Cleared>(
    stream: EventStream<E>,
    count: number,
    { isCut = true } = {},
  ): Promise<readonly Streamed<E>[]> {
    const got: Streamed<E>[] = []
    const iterator = stream[Symbol.asyncIterator]()
    while (got.length < count) {
      const { done, value } = await iterator.next()
      if (done) return got
      got.push(value)
    }
    if (isCut) await iterator.return?.()
    return got
  }

  async function raiseAtLeisure(id: string, times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      await meters.database.write(async (db) => {
        await raise(meters.outbox, db, id)
        await sleep(Math.random() * 5)
      })
    }
  }

  async function stampUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await meters.outbox.stamp(epoch)
      await sleep(5)
    }
  }
})
