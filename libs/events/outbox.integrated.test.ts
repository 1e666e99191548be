import { setTimeout as sleep } from 'node:timers/promises'
import { id } from '@mainspring/core'
import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { event } from './event.ts'
import { LeaseLost } from './lease.ts'
import { createOutbox } from './outbox.ts'
import { Cleared, Counted, Counter, type Meters, openMeters, raise } from './testing/counters.ts'

const Foreign = event('snacks.eaten', { counter_id: id() }, { subject: 'counters/{counter_id}', description: 'Eaten.' })
const Unknown = event('meters.lost', { counter_id: id() }, { subject: 'counters/{counter_id}', description: 'Lost.' })

describeEachEngine('the outbox', (engine) => {
  let meters: Meters
  beforeAll(async () => {
    meters = await openMeters(await engine.createUrl())
  })
  afterAll(() => meters.database.close())

  const stampAll = async (epoch: number) => {
    while ((await meters.outbox.stamp(epoch)) > 0);
  }
  const readAll = async (after = 0) => {
    await stampAll(await meters.conduct())
    const entries = await meters.outbox.read(after, 100_000)
    return entries.map(({ envelope, ...entry }) => ({ ...entry, ...JSON.parse(envelope) }))
  }
  const countsOf = async (id: string) => {
    const events = await readAll()
    return events.filter(({ subject }) => subject === `counters/${id}`).map(({ data }) => data.count)
  }

  test('has what a unit emitted, with what caused it', async () => {
    const before = (await readAll()).at(-1)?.position ?? 0
    const id = await meters.database.write(async (db) => {
      const { id } = await db.insert(Counter, { count: 7 })
      await meters.outbox.emitter(db, { requestid: 'r1' })(Counted, { counter_id: id, count: 7, note: 'ä"' })
      return id
    })

    const events = await readAll(before)

    expect(events).toMatchObject([
      {
        ...{ position: before + 1, type: 'meters.counted', subject: `counters/${id}`, source: '/meters' },
        ...{ requestid: 'r1', data: { counter_id: id, count: 7, note: 'ä"' } },
      },
    ])
    expect(await meters.outbox.end()).toBe(before + 1)
  })

  test('has nothing of a unit that fails', async () => {
    const before = await readAll()
    const failing = meters.database.write(async (db) => {
      const { id } = await db.insert(Counter, { count: 0 })
      for (let time = 0; time < 150; time++) await raise(meters.outbox, db, id)
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')

    expect(await readAll()).toEqual(before)
  })

  test('refuses what is wrong, and then has nothing of it', async () => {
    const emit = (type: typeof Cleared, said: object) =>
      meters.database.write(async (db) => {
        const { id } = await db.insert(Counter, { count: 0 })
        await meters.outbox.emitter(db, {})(type, { counter_id: id, ...said })
      })
    const before = await readAll()

    await expect(emit(Foreign, {})).rejects.toThrow('snacks.eaten is emitted by snacks, not by meters.')
    await expect(emit(Unknown, {})).rejects.toThrow('meters.lost is not among the events that meters declares.')
    await expect(emit(Cleared, { counter_id: 'other' })).rejects.toThrow('neither written nor locked counters/other')
    await expect(emit(Cleared, { counter_id: 4711 })).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(emit(Cleared, { stranger: 'x' })).rejects.toMatchObject({ code: 'invalid_request' })
    expect(() => createOutbox(meters.store, [Counted, Foreign])).toThrow('snacks.eaten is no event of meters')
    expect(() => createOutbox(meters.store, [Counted, { ...Counted }])).toThrow('Two events are called meters.counted.')
    expect(await readAll()).toEqual(before)
  })

  test('takes what is emitted last, and nothing when the unit is over', async () => {
    let late: (() => Promise<void>) | undefined

    const id = await meters.database.write(async (db) => {
      const { id } = await db.insert(Counter, { count: 0 })
      const emit = meters.outbox.emitter(db, {})
      await emit(Counted, { counter_id: id, count: 1 })
      db.beforeCommit(() => emit(Counted, { counter_id: id, count: 2 }))
      late = () => emit(Counted, { counter_id: id, count: 3 })
      return id
    })

    await expect(late?.()).rejects.toThrow('This unit of work is over')
    expect(await countsOf(id)).toEqual([1, 2])
  })

  test('keeps the order of a unit that emits thousands', async () => {
    const id = await meters.database.write(
      async (db) => {
        const { id } = await db.insert(Counter, { count: 0 })
        const emit = meters.outbox.emitter(db, {})
        for (let count = 0; count < 2_345; count++) await emit(Counted, { counter_id: id, count })
        return id
      },
      { alone: true },
    )

    expect(await countsOf(id)).toEqual(Array.from({ length: 2_345 }, (_, count) => count))
  })

  test('tells who waits in this process', async () => {
    const told: string[] = []
    const ends = [
      meters.outbox.onCommit(() => told.push('committed')),
      meters.outbox.onNews(() => told.push('readable')),
    ]

    await meters.count(1)
    if (engine.name !== 'sqlite') await stampAll(await meters.conduct())
    for (const end of ends) end()
    await meters.count(1)
    await stampAll(await meters.conduct())

    expect(told).toEqual(engine.name === 'sqlite' ? ['readable'] : ['committed', 'readable'])
  })

  test('can be written by a job that is foreseen', async () => {
    const foreseen = await meters.database.foresee(async (db) => {
      const { id } = await db.insert(Counter, { count: 1 })
      await meters.outbox.emitter(db, {})(Counted, { counter_id: id, count: 1 })
      return id
    })

    await foreseen?.commit()

    expect(await countsOf(String(foreseen?.value))).toEqual([1])
  })

  test('loses nothing and keeps each order while a dozen write', { timeout: 60_000 }, async () => {
    const before = (await readAll()).at(-1)?.position ?? 0
    const ids = await Promise.all(Array.from({ length: 6 }, () => meters.count(0)))
    const epoch = await meters.conduct()
    const longest = engine.name === 'sqlite' ? 1 : 15
    let isWriting = true
    const write = async (writer: number) => {
      for (let turn = 0; turn < 25; turn++) {
        // Two counters at once, in one order by everybody.
        const chosen = [ids[(writer + turn) % 6], ids[(writer * turn) % 6]].toSorted()
        await meters.database.write(async (db) => {
          for (const id of new Set(chosen)) {
            await raise(meters.outbox, db, String(id))
            await sleep(Math.random() * longest)
          }
          // When the events have their numbers: others are numbered later and committed sooner.
          db.beforeCommit(() => sleep(Math.random() * longest))
        })
      }
    }
    const read: { readonly position: number; readonly subject: string; readonly envelope: string }[] = []
    const follow = async () => {
      for (let isLast = false; !isLast; ) {
        isLast = !isWriting
        await stampAll(epoch)
        read.push(...(await meters.outbox.read(read.at(-1)?.position ?? before, 40)))
        if ((await meters.outbox.end()) > (read.at(-1)?.position ?? 0)) isLast = false
        await sleep(Math.random() * 5)
      }
    }

    const writers = Promise.all(Array.from({ length: 12 }, (_, writer) => write(writer)))
    await Promise.all([writers.finally(() => (isWriting = false)), follow()])

    expect(read.map(({ position }) => position)).toEqual(read.map((_, index) => before + 1 + index))
    const rows = await meters.database.reader.findMany(Counter, ids)
    for (const row of rows) {
      const seen = read
        .filter(({ subject }) => subject === row?.path)
        .map(({ envelope }) => JSON.parse(envelope).data.count)
      expect(seen).toEqual(Array.from({ length: row?.count ?? 0 }, (_, index) => index + 1))
    }
  })

  if (engine.name !== 'sqlite') {
    test('is given no places by a conductor whose time is over', async () => {
      const late = await meters.conduct()
      const epoch = await meters.conduct()
      const id = await meters.count(3)
      const end = await meters.outbox.end()

      await expect(meters.outbox.stamp(late)).rejects.toThrow(LeaseLost)

      expect(await meters.outbox.end()).toBe(end)
      expect(await meters.outbox.read(end, 10)).toEqual([])
      expect(await meters.outbox.stamp(epoch)).toBe(3)
      expect(await countsOf(id)).toEqual([1, 2, 3])
    })

    test('waits for nobody who is still writing, and takes what comes behind later', async () => {
      const [slow, quick] = [await meters.count(0), await meters.count(0)]
      await stampAll(await meters.conduct())
      const end = await meters.outbox.end()
      const emitted = Promise.withResolvers<void>()
      const ending = Promise.withResolvers<void>()
      const unit = meters.database.write(async (db) => {
        const emit = meters.outbox.emitter(db, {})
        await db.getForUpdate(Counter, slow)
        for (let count = 0; count < 100; count++) await emit(Counted, { counter_id: slow, count })
        emitted.resolve()
        await ending.promise
      })
      await emitted.promise
      await meters.database.write((db) => raise(meters.outbox, db, quick))

      const early = (await readAll(end)).map(({ subject }) => subject)
      ending.resolve()
      await unit
      const late = (await readAll(end + 1)).map(({ subject }) => subject)

      expect(early).toEqual([`counters/${quick}`])
      expect(late).toEqual(Array.from({ length: 100 }, () => `counters/${slow}`))
    })
  }
})
