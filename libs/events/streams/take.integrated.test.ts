import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WorkTables } from '../items.ts'
import { pauseQueue, resumeQueue } from '../operations/queues.ts'
import { Flour, grinding, HASTY, type Mill, openMill } from '../testing/mill.ts'
import { createTakers, type Takers } from './take.ts'

const PATIENT = { timeout: 10_000 }

describeEachEngine('readers who share a queue', (engine) => {
  let mill: Mill
  let takers: readonly Takers[]
  beforeEach(async () => {
    mill = await openMill(await engine.createUrl())
    takers = ['a', 'b'].map((instance) => createTakers(mill.storeOf(instance), mill.runUnit, HASTY))
  })
  afterEach(async () => {
    await Promise.all(takers.map((each) => each.stop()))
    await mill.close()
  })

  test('have each item once, and never two of them the same', async () => {
    const grains = Array.from({ length: 24 }, (_, index) => `grain ${index}`)
    const inHand: string[] = []
    let isShared = false
    await mill.bring(grains)

    const readers = [0, 1, 0, 1].map(async (instance, index) => {
      for await (const { payload, done } of takeOf(instance)) {
        isShared ||= inHand.includes(payload.grain)
        inHand.push(payload.grain)
        await sleep(index)
        inHand.splice(inHand.indexOf(payload.grain), 1)
        await done(async ({ db }) => void (await db.insert(Flour, payload)))
      }
    })
    await vi.waitFor(async () => expect(await mill.items()).toEqual([]), PATIENT)
    await Promise.all(takers.map((each) => each.stop()))
    await Promise.all(readers)

    expect((await mill.flour()).toSorted()).toEqual(grains.toSorted())
    expect(isShared).toBe(false)
  })

  test('give back what they have when they stop, as if it had not been taken', async () => {
    await mill.bring(['rye'])

    for await (const { payload } of takeOf(0)) {
      expect(payload.grain).toBe('rye')
      break
    }
    const failing = (async () => {
      for await (const { attempt } of takeOf(0)) throw new Error(`on purpose, at attempt ${attempt}`)
    })()
    await expect(failing).rejects.toThrow('on purpose, at attempt 1')

    const states = await mill.items()
    const { value: next } = await takeOf(1).next()
    await next?.done()
    expect(states).toMatchObject([{ state: 'READY', attempts: 0 }])
    expect(next).toMatchObject({ attempt: 1, payload: { grain: 'rye' } })
  })

  test('take nothing that they have not asked for', async () => {
    await mill.bring(['rye', 'oats', 'spelt'])
    const reader = takeOf(0)

    for (let turn = 0; turn < 2; turn++) await (await reader.next()).value?.done()
    await sleep(100)

    expect(await mill.states()).toEqual(['READY'])
  })

  test('go on at once when they are woken, as when a pause of their queue has ended', async () => {
    const patient = createTakers(mill.storeOf('c'), mill.runUnit, { ...HASTY, look: [10_000, 10_000] })
    takers = [...takers, patient]
    await pauseQueue(mill.store, grinding.name, 'anna')
    await mill.bring(['rye'])
    const reading = patient.take(grinding).next()
    await sleep(300)

    await resumeQueue(mill.store, grinding.name, 'anna')
    const start = performance.now()
    patient.wake()
    const { value } = await reading
    await value?.done()

    expect(value?.payload.grain).toBe('rye')
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  test('have what failed tried again, until it is a dead letter', async () => {
    await mill.bring(['ergot'])
    const attempts: number[] = []

    const reading = (async () => {
      for await (const { attempt, failed } of takeOf(0)) {
        attempts.push(attempt)
        failed(new Error('it is black'))
      }
    })()

    await vi.waitFor(async () => expect(await mill.states()).toEqual(['DEAD']), PATIENT)
    await takers[0]?.stop()
    await reading
    expect(attempts).toEqual([1, 2, 3])
  })

  test('write nothing when they come too late, and are told so', async () => {
    await mill.bring(['barley'])
    const [frozen, quick] = [takeOf(0), takeOf(1)]
    const late = (await frozen.next()).value
    await mill.database.write((db) =>
      db.execute((query: Kysely<WorkTables>) =>
        query.updateTable('mainspring_items').set({ state: 'READY', lease_time: null, epoch: sql`epoch + 1` }),
      ),
    )

    const first = (await quick.next()).value
    const refused = late?.done(async ({ db }) => void (await db.insert(Flour, { grain: 'late', turn: 0 })))

    await expect(refused).rejects.toThrow('no longer held')
    await first?.done(async ({ db }) => void (await db.insert(Flour, first.payload)))
    expect([await mill.flour(), await mill.items()]).toEqual([['barley'], []])
  })

  test('must say what became of an item before they ask for the next', async () => {
    await mill.bring(['rye', 'oats'])
    const reader = takeOf(0)
    await reader.next()

    await expect(reader.next()).rejects.toThrow('was neither done nor failed')

    expect(await mill.states()).toEqual(['READY', 'READY'])
  })

  test('may ask for the next before what they are done with is written down', async () => {
    await mill.bring(['rye', 'oats'])
    const reader = takeOf(0)
    const first = await reader.next()

    const [, second] = await Promise.all([first.value?.done(), reader.next()])
    await second.value?.done()

    expect(await mill.items()).toEqual([])
  })

  test('end when they are aborted', async () => {
    const leaving = new AbortController()
    const waiting = takeOf(0, leaving.signal).next()

    await sleep(20)
    leaving.abort()

    expect(await waiting).toEqual({ done: true, value: undefined })
  })

  function takeOf(instance: number, signal?: AbortSignal) {
    const own = takers[instance]
    if (!own) throw new Error(`There is no instance ${instance}.`)
    return own.take(grinding, signal ? { signal } : {})
  }
})
