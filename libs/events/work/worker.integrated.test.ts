import { setTimeout as sleep } from 'node:timers/promises'
import { invalid } from '@mainspring/core'
import type { Kysely } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Consumer } from '../consumer.ts'
import type { WorkTables } from '../items.ts'
import type { Work } from '../queue.ts'
import { Flour, grinding, type Mill, openMill } from '../testing/mill.ts'
import { consumerOf } from './consumer-of.ts'

const grains = (count: number, name = 'rye') => Array.from({ length: count }, (_, index) => `${name} ${index}`)
const PATIENT = { timeout: 20_000, interval: 10 }

describeEachEngine('a worker', (engine) => {
  let mill: Mill
  beforeEach(async () => {
    mill = await openMill(await engine.createUrl())
  })
  afterEach(() => mill.close())
  const isDone = () => vi.waitFor(async () => expect(await mill.items()).toEqual([]), PATIENT)

  test('gets each item alone, however many workers there are', async () => {
    for (let unit = 0; unit < 10; unit++) await mill.bring(grains(50, `unit ${unit}`))

    for (const instance of ['a', 'b', 'c', 'd']) mill.start(mill.miller(), {}, instance)
    await isDone()

    const flour = await mill.flour()
    expect(flour.length).toBe(500)
    expect(new Set(flour).size).toBe(500)
  })

  test('is woken by what is enqueued in its process', async () => {
    const workers = mill.start(mill.miller(), { look: [5_000, 5_000] })
    await vi.waitFor(async () => expect(await mill.items()).toEqual([]))
    const start = performance.now()

    await mill.bring(['oats'], {}, workers.onEnqueued)
    await isDone()

    expect(await mill.flour()).toEqual(['oats'])
    expect(performance.now() - start).toBeLessThan(2_000)
  })

  test('performs outside of the transaction, and settles with what came of it', async () => {
    await mill.bring(['spelt'])
    const seen: Work<object>[] = []
    const perform = async (work: Work<object>) => {
      seen.push(work)
      return 'fine'
    }
    const outcomes: unknown[] = []

    mill.start(mill.miller({ perform, settle: async (_, __, outcome) => void outcomes.push(outcome) }))
    await isDone()

    expect(outcomes).toEqual(['fine'])
    expect(seen).toMatchObject([
      { payload: { grain: 'spelt', turn: 0 }, attempt: 1, id: expect.stringMatching(/^mills-\d+-/) },
    ])
  })

  test('tries again what failed, under the same id, and keeps no trace of it when it succeeds', async () => {
    await mill.bring(['millet'])
    const seen: Work<object>[] = []
    const perform = async (work: Work<object>) => {
      seen.push(work)
      if (work.attempt < 3) throw new Error('The stone is stuck.')
    }

    mill.start(mill.miller({ perform }))
    await isDone()

    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1)
    expect(await mill.attempts()).toEqual([])
  })

  test('makes a dead letter of what failed too often, with its attempts and errors', async () => {
    await mill.bring(['gravel'])
    const settle = async () => {
      throw new Error('There are 17 stones in it.')
    }

    mill.start(mill.miller({ settle }))
    await vi.waitFor(async () => expect(await mill.states()).toEqual(['DEAD']), PATIENT)

    const [item] = await mill.items()
    expect(item).toMatchObject({ attempts: 3, cause: 'Error: There are … stones in it.', lease_time: null })
    expect(item?.error).toContain('There are 17 stones in it.')
    expect((await mill.attempts()).map(({ error }) => error.split('\n')[0])).toEqual(
      Array.from({ length: 3 }, () => 'Error: There are 17 stones in it.'),
    )
    expect(await mill.flour()).toEqual([])
  })

  test('makes a dead letter at once of what trying again cannot help', async () => {
    await mill.bring(['sand'])
    const settle = async () => {
      throw invalid('no_grain', { detail: 'Sand is no grain.' })
    }

    mill.start(mill.miller({ settle }))
    await vi.waitFor(async () => expect(await mill.states()).toEqual(['DEAD']), PATIENT)

    expect(await mill.items()).toMatchObject([{ attempts: 1, cause: 'no_grain' }])
  })

  test('makes a dead letter of a payload that the queue would not take today', async () => {
    await mill.bring(['old corn'])
    await mill.database.write((db) =>
      db.execute((query: Kysely<WorkTables>) =>
        query.updateTable('mainspring_items').set({ payload: JSON.stringify({ corn: 'old' }) }),
      ),
    )

    mill.start(consumerOf(grinding, { db: mill.database.reader, clock: mill.store.clock }))
    await vi.waitFor(async () => expect(await mill.states()).toEqual(['DEAD']), PATIENT)

    expect(await mill.items()).toMatchObject([{ attempts: 1, cause: 'invalid_request' }])
  })

  test('that dies leaves its items to others when its lease is over', async () => {
    await mill.bring(grains(5))
    const never = new Promise<void>(() => {})
    const dying = mill.start(
      mill.miller({ concurrency: 5, perform: () => never }),
      { lease: 600_000, drain: 0 },
      'dying',
    )
    await vi.waitFor(async () => expect(await mill.states()).toEqual(Array(5).fill('LEASED')), PATIENT)
    await mill.database.write((db) =>
      db.execute((query: Kysely<WorkTables>) =>
        query
          .updateTable('mainspring_items')
          .set({ lease_time: String(db.encode('timestamp', '2020-01-01T00:00:00.000Z')) }),
      ),
    )

    mill.start(mill.miller(), {}, 'heir')
    await isDone()

    expect((await mill.flour()).toSorted()).toEqual(grains(5))
    await dying.stop()
  })

  test('that lives keeps its items, however long they take', async () => {
    await mill.bring(['maize'])
    const release = Promise.withResolvers<void>()
    const seen: Work<object>[] = []
    const perform = async (work: Work<object>) => {
      seen.push(work)
      await release.promise
    }
    mill.start(mill.miller({ perform }), { lease: 600 }, 'slow')
    await vi.waitFor(() => expect(seen.length).toBe(1), PATIENT)
    mill.start(mill.miller({ perform }), { lease: 600 }, 'eager')
    await sleep(1_500)

    release.resolve()
    await isDone()

    expect(seen.length).toBe(1)
    expect(await mill.flour()).toEqual(['maize'])
  })

  test('keeps what it has in hand while it takes long to settle one of them', async () => {
    await mill.bring(['slow', 'other'])
    const release = Promise.withResolvers<void>()
    const seen: string[] = []
    const perform = async ({ payload }: Work<object>) => {
      const { grain } = payload as { grain: string }
      seen.push(grain)
      if (grain === 'other') await release.promise
    }
    const settle: Consumer['settle'] = async (needs, work, ...rest) => {
      await mill.grind(needs, work, ...rest)
      // Has it sent, so that the row is locked.
      await needs.db.count(Flour)
      if (seen.length === 2) await sleep(1_500)
    }
    mill.start(mill.miller({ perform, settle }), { lease: 600 }, 'slow')
    await vi.waitFor(() => expect(seen.length).toBe(2), PATIENT)
    mill.start(mill.miller({ perform, settle }), { lease: 600 }, 'eager')

    await vi.waitFor(async () => expect(await mill.flour()).toEqual(['slow']), PATIENT)
    const attempts = await mill.attempts()
    release.resolve()
    await isDone()

    expect(attempts).toEqual([])
    expect(seen.toSorted()).toEqual(['other', 'slow'])
  })

  test('that could do nothing else for longer than a lease keeps what nobody took meanwhile', async () => {
    await mill.bring(['durum'])
    const seen: Work<object>[] = []
    const perform = async (work: Work<object>) => {
      seen.push(work)
      await sleep(200)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900)
      await sleep(400)
    }
    for (const instance of ['a', 'b', 'c']) mill.start(mill.miller({ perform }), { lease: 600 }, instance)

    await isDone()

    expect(seen.length).toBe(1)
    expect(await mill.attempts()).toEqual([])
  })

  test('that lost an item and took it anew keeps it, though it has not stopped with the first', async () => {
    await mill.bring(['emmer'])
    const releases: (() => void)[] = []
    const perform = () => new Promise<void>((resolve) => releases.push(resolve))
    mill.start(mill.miller({ perform }), { lease: 600 }, 'slow')
    await vi.waitFor(() => expect(releases.length).toBe(1), PATIENT)
    await mill.database.write((db) =>
      db.execute((query: Kysely<WorkTables>) =>
        query.updateTable('mainspring_items').set({ state: 'READY', lease_time: null }),
      ),
    )
    await vi.waitFor(() => expect(releases.length).toBe(2), PATIENT)

    releases[0]?.()
    mill.start(mill.miller({ perform }), { lease: 600 }, 'eager')
    await sleep(1_000)
    releases[1]?.()
    await isDone()

    expect(releases.length).toBe(2)
    expect(await mill.flour()).toEqual(['emmer'])
  })

  test('that was frozen is too late to settle, and told to stop', async () => {
    await mill.bring(['barley'])
    const release = Promise.withResolvers<void>()
    const frozen: Work<object>[] = []
    const perform = async (work: Work<object>) => {
      frozen.push(work)
      await release.promise
    }
    mill.start(mill.miller({ perform }), { lease: 1_200 }, 'frozen')
    await vi.waitFor(() => expect(frozen.length).toBe(1), PATIENT)
    await mill.database.write((db) =>
      db.execute((query: Kysely<WorkTables>) =>
        query.updateTable('mainspring_items').set({ epoch: 7, payload: JSON.stringify({ grain: 'theirs', turn: 0 }) }),
      ),
    )

    await vi.waitFor(() => expect(frozen[0]?.signal.aborted).toBe(true), PATIENT)
    release.resolve()
    await sleep(100)

    expect(await mill.flour()).toEqual([])
    expect(await mill.attempts()).toEqual([])
    expect(await mill.items()).toMatchObject([{ epoch: 7, attempts: 0, state: 'LEASED' }])
  })

  test('does the items of a key one after the other, also when some fail', async () => {
    await mill.bring(grains(20, 'a'), { key: 'a' })
    await mill.bring(grains(20, 'b'), { key: 'b' })
    const failing = mill.miller({
      settle: async (needs, work, outcome, position) => {
        await mill.grind(needs, work, outcome, position)
        if (Math.random() < 0.2 && work.attempt < 3) throw new Error('Again.')
      },
    })

    for (const instance of ['x', 'y']) mill.start(failing, {}, instance)
    await isDone()

    const flour = await mill.flour()
    expect(flour.filter((grain) => grain.startsWith('a'))).toEqual(grains(20, 'a'))
    expect(flour.filter((grain) => grain.startsWith('b'))).toEqual(grains(20, 'b'))
  })

  test('goes on with a key as soon as the item before has left, and needs no sweep for that', async () => {
    await mill.bring(grains(10), { key: 'field' })
    const settle = mill.miller({
      settle: async (needs, work, outcome, position) => {
        if (work.id.startsWith('mills-4-')) throw invalid('no_grain')
        await mill.grind(needs, work, outcome, position)
      },
    })

    mill.start(settle, { sweep: 600_000 })
    await vi.waitFor(async () => expect(await mill.states()).toEqual(['DEAD']), PATIENT)

    expect(await mill.flour()).toEqual(grains(10).toSpliced(3, 1))
  })

  test('finishes what it has when it is stopped, and loses nothing', async () => {
    await mill.bring(grains(300))
    const workers = mill.start(mill.miller())
    await vi.waitFor(async () => expect((await mill.flour()).length).toBeGreaterThan(20), PATIENT)

    await workers.stop()

    const [flour, states] = await Promise.all([mill.flour(), mill.states()])
    expect(flour.length + states.length).toBe(300)
    expect(states.every((state) => state === 'READY')).toBe(true)
    expect(await mill.attempts()).toEqual([])
  })

  test('gives back at the end what it cannot finish', async () => {
    await mill.bring(['teff'])
    const seen: Work<object>[] = []
    const perform = (work: Work<object>) => {
      seen.push(work)
      return new Promise<void>((_, reject) => work.signal.addEventListener('abort', () => reject(work.signal.reason)))
    }
    const workers = mill.start(mill.miller({ perform }), { drain: 50 })
    await vi.waitFor(() => expect(seen.length).toBe(1), PATIENT)

    await workers.stop()

    expect(seen[0]?.signal.aborted).toBe(true)
    expect(await mill.items()).toMatchObject([{ state: 'READY', attempts: 0, lease_time: null }])
  })
})
