import { createLog, systemClock } from '@mainspring/core'
import type { Database, Kysely, TablesOf } from '@mainspring/data'
import { describeEachEngine, openEntities } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { EventStore } from './context.ts'
import { holdLease } from './hold-lease.ts'
import { createLease, LeaseLost, requireLease } from './lease.ts'
import { endOf } from './logs.ts'
import { eventTables, type leases } from './tables.ts'

describeEachEngine('a lease', (engine) => {
  let database: Database
  beforeAll(async () => {
    database = await openEntities(await engine.createUrl(), { entities: [], tables: eventTables.tables })
  })
  afterAll(() => database.close())

  const storeOf = (instance: string): EventStore => ({
    service: 'snacks',
    database,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    instance,
  })
  const passes = (name: string, epoch: number) => database.write((db) => requireLease(db, name, epoch))
  /** As if its time were over, by the clock of the database. */
  const expire = (name: string) =>
    database.write((db) =>
      db.execute((query: Kysely<TablesOf<[typeof leases]>>) =>
        query
          .updateTable('mainspring_leases')
          .set({ expire_time: String(db.encode('timestamp', '2001-01-01T00:00:00.000Z')) })
          .where('name', '=', name),
      ),
    )

  test('is renewed under the same epoch and given back', async () => {
    const lease = createLease(storeOf('a'), 'renewed')

    const epochs = [await lease.acquire(), await lease.acquire()]
    await passes('renewed', 1)
    await lease.release()

    expect(epochs).toEqual([1, 1])
    await expect(passes('renewed', 1)).rejects.toThrow(LeaseLost)
    expect(await createLease(storeOf('b'), 'renewed').acquire()).toBe(2)
  })

  test('that ran out while nobody wanted it is still held', async () => {
    const lease = createLease(storeOf('a'), 'unwanted')
    await lease.acquire()
    await expire('unwanted')

    expect(await lease.acquire()).toBe(1)
  })

  test('that ran out goes to another with a new epoch, and the old one is worth nothing', async () => {
    const [first, second] = [createLease(storeOf('a'), 'late'), createLease(storeOf('b'), 'late')]
    await first.acquire()
    await expire('late')

    const epoch = await second.acquire()

    expect(epoch).toBe(2)
    await expect(passes('late', 1)).rejects.toThrow('The lease late is no longer held under epoch 1.')
    await passes('late', 2)
    await first.release()
    await passes('late', 2)
  })

  /** A process in which this happens between looking at the lease and taking it. */
  const slowStore = (instance: string, meanwhile: () => Promise<unknown>): EventStore => ({
    ...storeOf(instance),
    database: {
      ...database,
      async write(job, options) {
        await meanwhile()
        return database.write(job, options)
      },
    },
  })

  test('that another had and gave back meanwhile is not taken under an epoch of the past', async () => {
    const quick = createLease(storeOf('quick'), 'quick')
    await quick.acquire()
    await quick.release()
    const slow = createLease(
      slowStore('slow', async () => {
        if (await quick.acquire()) await quick.release()
      }),
      'quick',
    )

    expect(await slow.acquire()).toBeUndefined()
    await expect(passes('quick', 2)).rejects.toThrow(LeaseLost)
  })

  if (engine.name === 'sqlite') {
    test('is free at once after a crash, since nobody else has the file open', async () => {
      await createLease(storeOf('dead'), 'crashed').acquire()

      expect(await createLease(storeOf('next'), 'crashed').acquire()).toBe(2)
    })
  } else {
    test('has one holder, however many want it', async () => {
      for (const round of [1, 2, 3, 4, 5]) {
        const rivals = Array.from({ length: 8 }, (_, index) => createLease(storeOf(`rival ${index}`), 'wanted'))

        const epochs = await Promise.all(rivals.map(({ acquire }) => acquire()))

        expect(epochs.filter((epoch) => epoch !== undefined)).toEqual([round])
        await expire('wanted')
      }
    })

    test('that was renewed meanwhile is not taken', async () => {
      const first = createLease(storeOf('a'), 'renewed in time')
      await first.acquire()
      await expire('renewed in time')

      const rival = createLease(slowStore('b', first.acquire), 'renewed in time')

      expect(await rival.acquire()).toBeUndefined()
      await passes('renewed in time', 1)
    })

    test('is not taken while a transaction relies on it', async () => {
      const told: string[] = []
      const relying = Promise.withResolvers<void>()
      await createLease(storeOf('a'), 'relied on').acquire()
      await expire('relied on')

      const transaction = database.write(async (db) => {
        await requireLease(db, 'relied on', 1)
        // With what is asked next, the lease is locked wherever it is said.
        await endOf(db, 'inbox')
        relying.resolve()
        await new Promise((resolve) => setTimeout(resolve, 100))
        told.push('transaction')
      })
      await relying.promise
      const taking = createLease(storeOf('b'), 'relied on').acquire()
      await Promise.all([transaction, taking.then((epoch) => told.push(`epoch ${epoch}`))])

      expect(told).toEqual(['transaction', 'epoch 2'])
    })
  }

  test('is held until it is lost, and taken again when it can be', async () => {
    const ending = new AbortController()
    const seen: string[] = []
    const work = async (epoch: number, signal: AbortSignal) => {
      seen.push(`begins ${epoch}`)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      seen.push(`ends ${epoch}`)
    }
    const holding = holdLease(storeOf('a'), 'held', work, ending.signal, { duration: 5_000, renewal: 20 })
    await vi.waitFor(() => expect(seen).toEqual(['begins 1']))

    const rival = createLease(storeOf('b'), 'held')
    await vi.waitFor(async () => {
      await expire('held')
      expect(await rival.acquire()).toBeDefined()
    })
    await vi.waitFor(() => expect(seen.slice(0, 2)).toEqual(['begins 1', 'ends 1']))
    await rival.release()
    await vi.waitFor(() => expect(seen).toHaveLength(3))
    ending.abort()
    await holding

    expect(seen.at(-1)).toMatch(/^ends/)
    await expect(passes('held', Number(seen.at(-1)?.slice(5)))).rejects.toThrow(LeaseLost)
  })

  test('is tried again when the work under it fails', async () => {
    const ending = new AbortController()
    const epochs: number[] = []

    await holdLease(
      storeOf('a'),
      'failing',
      async (epoch) => {
        epochs.push(epoch)
        if (epochs.length === 2) ending.abort()
        throw new Error('on purpose')
      },
      ending.signal,
      { renewal: 5 },
    )

    expect(epochs).toEqual([1, 2])
  })
})
