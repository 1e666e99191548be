import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WorkTables } from '../items.ts'
import { type Mill, openMill } from '../testing/mill.ts'
import { claim } from './claim.ts'
import { promote } from './keys.ts'
import { giveBack } from './leases.ts'
import { removeHeld } from './settle.ts'
import { MOST_SWEPT, sweep } from './sweep.ts'

const PATIENT = { timeout: 25_000, interval: 20 }

describeEachEngine('a key', (engine) => {
  let mill: Mill
  beforeEach(async () => {
    mill = await openMill(await engine.createUrl())
  })
  afterEach(() => mill.close())
  const setAll = (set: Partial<WorkTables['mainspring_items']>) =>
    mill.database.write((db) =>
      db.execute((query: Kysely<WorkTables>) => query.updateTable('mainspring_items').set(set)),
    )
  const claimOf = async (limit = 10) =>
    (await claim(mill.store, 'mills.grind', limit, 60_000)).map(({ number }) => number)

  test('gives its first item only, however many may seem to be free', async () => {
    await mill.bring(['a 1', 'a 2', 'a 3'], { key: 'a' })
    await mill.bring(['b 1', 'b 2'], { key: 'b' })
    await setAll({ state: 'READY' })

    const taken = await claimOf()
    const again = await claimOf()

    expect(taken).toEqual([1, 4])
    expect(again).toEqual([])
  })

  test('gives its first item only, though both are freed while somebody looks', async () => {
    await mill.bring(
      Array.from({ length: 1_000 }, (_, index) => `huge ${index}`),
      { key: 'huge' },
    )
    for (let copies = 1; copies < 16; copies *= 2) await double(mill)
    await setAll({ state: 'READY' })
    await claimOf(1)
    await mill.bring(['a 1', 'a 2'], { key: 'a' })
    const free = (state: 'BLOCKED' | 'READY') =>
      mill.database.write((db) =>
        db.execute((query: Kysely<WorkTables>) =>
          query.updateTable('mainspring_items').set({ state }).where('key', '=', 'a'),
        ),
      )
    await free('BLOCKED')

    // All of the huge key are looked at before these two: that takes a while.
    const claiming = claimOf()
    await sleep(10)
    await free('READY')

    expect((await claiming).length).toBeLessThan(2)
  })

  test('gives nothing while one of its items is taken, be it a later one', async () => {
    await mill.bring(['a 1', 'a 2'], { key: 'a' })
    await setAll({ state: 'LEASED' })
    await mill.database.write((db) =>
      db.execute((query: Kysely<WorkTables>) =>
        query.updateTable('mainspring_items').set({ state: 'READY' }).where('number', '=', 1),
      ),
    )

    expect(await claimOf()).toEqual([])
    expect(await promote(mill.store, 'mills.grind', 'a')).toBe(false)
  })

  if (engine.name !== 'sqlite') {
    test('gives nothing while its first item is being settled, or taken, by somebody who has not committed', async () => {
      await mill.bring(['a 1', 'a 2'], { key: 'a' })
      await setAll({ state: 'READY' })
      const [first] = await claim(mill.store, 'mills.grind', 10, 60_000)
      if (!first) throw new Error('The first one was free.')

      const seen = await mill.database.write(async (db) => {
        await removeHeld(db, first)
        return claimOf()
      })
      const afterwards = await claimOf()

      expect(seen).toEqual([])
      expect(afterwards).toEqual([2])
    })
  }

  test('lets the next one go when its first has left, and only then', async () => {
    await mill.bring(['a 1', 'a 2', 'a 3'], { key: 'a' })
    const [first] = await claim(mill.store, 'mills.grind', 10, 60_000)
    if (!first) throw new Error('The first one was free.')

    const tooSoon = await promote(mill.store, 'mills.grind', 'a')
    await mill.database.write((db) => removeHeld(db, first))
    const inTime = await promote(mill.store, 'mills.grind', 'a')
    const again = await promote(mill.store, 'mills.grind', 'a')

    expect([tooSoon, inTime, again]).toEqual([false, true, false])
    expect(await mill.states()).toEqual(['READY', 'WAITING'])
  })

  test('that nobody promoted is found by a sweep, among more than one sweep looks at', async () => {
    const keys = Array.from({ length: MOST_SWEPT + 20 }, (_, index) => `key ${index}`)
    for (const key of keys) await mill.bring(['rye'], { key })
    await mill.bring(['behind'], { key: 'key 7' })
    await setAll({ state: 'WAITING' })

    const first = await sweep(mill.store, 'mills.grind')
    const second = await sweep(mill.store, 'mills.grind', first.after)

    expect([first.promoted, second.promoted]).toEqual([MOST_SWEPT, 20])
    expect([typeof first.after, typeof second.after]).toEqual(['string', 'undefined'])
    expect((await mill.states()).filter((state) => state === 'WAITING').length).toBe(1)
  })

  test('with a hundred thousand items that wait, or are dead, slows nobody', async () => {
    await mill.bring(
      Array.from({ length: 1_000 }, (_, index) => `huge ${index}`),
      { key: 'huge' },
    )
    for (let copies = 1; copies < 128; copies *= 2) await double(mill)
    await mill.bring(Array.from({ length: 50 }, (_, index) => `free ${index}`))
    const [huge] = await claim(mill.store, 'mills.grind', 1, 60_000)
    if (huge?.key !== 'huge') throw new Error('The longest due comes first.')
    const timed: Record<string, number> = {}
    const time = async (name: string, work: () => Promise<unknown>) => {
      const start = performance.now()
      for (let turn = 0; turn < 20; turn++) await work()
      timed[name] = (performance.now() - start) / 20
    }

    await time('claim', async () => giveBack(mill.store, await claim(mill.store, 'mills.grind', 10, 60_000)))
    await time('promote', () => promote(mill.store, 'mills.grind', 'huge'))
    await time('sweep', () => sweep(mill.store, 'mills.grind'))
    await time('enqueue', () => mill.bring(['one more'], { key: 'huge' }))
    await mill.database.write((db) =>
      db.execute((query: Kysely<WorkTables>) =>
        query.updateTable('mainspring_items').set({ state: 'DEAD' }).where('state', '=', 'WAITING'),
      ),
    )
    await giveBack(mill.store, [huge])
    // MariaDB takes its time to clear away what the update left behind.
    await vi.waitFor(async () => {
      await time('claim behind dead ones', async () =>
        giveBack(mill.store, await claim(mill.store, 'mills.grind', 10, 60_000)),
      )
      expect(timed['claim behind dead ones']).toBeLessThan(60)
    }, PATIENT)

    if (process.env.MILL_LOG) process.stdout.write(`${engine.name}: ${JSON.stringify(timed)}\n`)
    expect(Math.max(...Object.values(timed))).toBeLessThan(60)
  })
})

/** Twice as many items of a key. */
const double = ({ database }: Mill) =>
  database.write(
    (db) =>
      db.execute((query: Kysely<WorkTables>) => {
        const columns = [
          'queue',
          'key',
          'state',
          'payload',
          'due_time',
          'attempts',
          'epoch',
          'create_time',
          'update_time',
        ] as const
        const waiting = query.selectFrom('mainspring_items').select(columns).where('state', '=', 'WAITING')
        return query
          .insertInto('mainspring_items')
          .columns([...columns])
          .expression(waiting)
      }),
    { alone: true },
  )

describeEachEngine('items of random keys with random failures', (engine) => {
  let mill: Mill
  beforeEach(async () => {
    mill = await openMill(await engine.createUrl())
  })
  afterEach(() => mill.close())

  const fate = fc.record({
    key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    failures: fc.integer({ min: 0, max: 4 }),
    unit: fc.integer({ min: 0, max: 5 }),
  })

  test('are each settled once or dead, and those of one key in order', async () => {
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 30 }), async (fates) => {
        round += 1
        const name = (index: number) => `round ${round} item ${index}`
        const miller = mill.miller({
          concurrency: 4,
          settle: async (needs, work, ...rest) => {
            await mill.grind(needs, work, ...rest)
            const { grain } = work.payload as { grain: string }
            const { failures = 0 } = fates[Number(grain.split(' ').at(-1))] ?? {}
            if (work.attempt <= failures) throw new Error('By chance.')
          },
        })
        const workers = ['x', 'y'].map((instance) => mill.start(miller, {}, instance))
        const before = (await mill.states()).length

        const units = Object.values(
          Object.groupBy(
            fates.map((each, index) => ({ ...each, index })),
            ({ unit }) => unit,
          ),
        )
        for (const unit of units) {
          for (const { key, index } of unit ?? []) await mill.bring([name(index)], key === undefined ? {} : { key })
        }
        await vi.waitFor(async () => {
          expect((await mill.states()).every((state) => state === 'DEAD')).toBe(true)
        }, PATIENT)
        for (const each of workers) await each.stop()

        const flour = (await mill.flour()).filter((grain) => grain.startsWith(`round ${round} `))
        const lucky = fates.flatMap(({ failures }, index) => (failures < 3 ? [index] : []))
        expect(flour.toSorted()).toEqual(lucky.map(name).toSorted())
        expect((await mill.states()).length - before).toBe(fates.length - lucky.length)
        const order = units.flatMap((unit) => unit ?? [])
        for (const key of ['a', 'b', 'c']) {
          const expected = order.filter((each) => each.key === key && each.failures < 3).map(({ index }) => name(index))
          expect(flour.filter((grain) => expected.includes(grain))).toEqual(expected)
        }
      }),
      { numRuns: 8 },
    )
  })
})

describeEachEngine('a poison item', (engine) => {
  let mill: Mill
  beforeEach(async () => {
    mill = await openMill(await engine.createUrl())
  })
  afterEach(() => mill.close())

  test('delays nobody but its key', async () => {
    const times = new Map<string, number>()
    const miller = mill.miller({
      retry: { attempts: 1_000, first_seconds: 0.02, longest_seconds: 0.02 },
      settle: async (needs, work, ...rest) => {
        const { grain } = work.payload as { grain: string }
        if (grain === 'poison') throw new Error('Ergot.')
        await mill.grind(needs, work, ...rest)
        needs.db.afterCommit(() => times.set(grain, performance.now() - (times.get(grain) ?? 0)))
      },
    })
    const workers = mill.start(miller)
    const p99 = async (name: string) => {
      const grains = Array.from({ length: 200 }, (_, index) => `${name} ${index}`)
      for (const [index, grain] of grains.entries()) {
        times.set(grain, performance.now())
        await mill.bring([grain], { key: `key ${index % 20}` }, workers.onEnqueued)
        await sleep(2)
      }
      await vi.waitFor(async () => expect((await mill.flour()).length % 200).toBe(0), PATIENT)
      return grains.map((grain) => times.get(grain) ?? 0).toSorted((a, b) => a - b)[197] ?? 0
    }

    await p99('warm')
    const without = await p99('without')
    await mill.bring(['poison', 'behind it'], { key: 'poisoned' }, workers.onEnqueued)
    const beside = await p99('with')

    if (process.env.MILL_LOG)
      process.stdout.write(`${engine.name}: p99 ${without} ms without poison, ${beside} ms with\n`)
    expect(beside).toBeLessThan(without * 3 + 50)
    expect((await mill.states()).length).toBe(2)
    expect(await mill.flour()).not.toContain('behind it')
  })
})
