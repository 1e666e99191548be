import { invalid } from '@mainspring/core'
import type { Kysely } from '@mainspring/data'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WorkTables } from '../items.ts'
import { grinding, type Mill, openMill } from '../testing/mill.ts'
import { getDeadLetter, listCauses, listDeadLetters } from './dead-letters.ts'
import { editDeadLetter } from './edit.ts'
import { listInterventions } from './interventions.ts'
import { listQueueDepths, pauseQueue, resumeQueue } from './queues.ts'
import { discardDeadLetters, replayDeadLetters } from './treatment.ts'

const PATIENT = { timeout: 25_000, interval: 50 }
const actor = 'ada'
const consumers = { queues: [grinding], listeners: [] }

describeEachEngine('dead letters', (engine) => {
  let mill: Mill
  beforeEach(async () => {
    mill = await openMill(await engine.createUrl())
  })
  afterEach(() => mill.close())

  /** Works on the grain until all of it is flour or dead. */
  const spoil = async (isSpoilt: (grain: string) => boolean = () => true) => {
    const settle = mill.miller({
      settle: async (needs, work, ...rest) => {
        const { grain } = work.payload as { grain: string }
        if (isSpoilt(grain)) throw invalid(grain.startsWith('wet') ? 'grain_wet' : 'grain_mouldy')
        await mill.grind(needs, work, ...rest)
      },
    })
    const workers = mill.start(settle)
    await vi.waitFor(async () => expect((await mill.states()).every((state) => state === 'DEAD')).toBe(true), PATIENT)
    await workers.stop()
  }
  const isDone = () => vi.waitFor(async () => expect(await listQueueDepths(mill.store)).toEqual([]), PATIENT)

  test('are grouped by their cause, with how many there are and examples', async () => {
    await mill.bring(['wet 1', 'wet 2', 'wet 3', 'mould 1'])
    await spoil()

    const causes = await listCauses(mill.store)

    expect(causes).toMatchObject([
      { queue: 'mills.grind', cause: 'grain_wet', count: 3 },
      { queue: 'mills.grind', cause: 'grain_mouldy', count: 1, examples: [{ payload: { grain: 'mould 1', turn: 3 } }] },
    ])
    expect(causes[0]?.examples.map(({ payload }) => payload)).toEqual([
      { grain: 'wet 1', turn: 0 },
      { grain: 'wet 3', turn: 2 },
    ])
  })

  test('are tried again by cause, after a look at how many these are', async () => {
    await mill.bring(['wet 1', 'wet 2', 'mould 1'])
    await spoil()
    const filter = { cause: 'grain_wet' }

    const dry = await replayDeadLetters(mill.store, filter, { actor, dry_run: true })
    const before = await mill.states()
    const replayed = await replayDeadLetters(mill.store, filter, { actor })
    mill.start(mill.miller())
    await vi.waitFor(async () => expect(await mill.states()).toEqual(['DEAD']), PATIENT)

    expect(dry).toMatchObject({ count: 2, first: [{ payload: { grain: 'wet 1' } }, { payload: { grain: 'wet 2' } }] })
    expect(before).toEqual(['DEAD', 'DEAD', 'DEAD'])
    expect(replayed.count).toBe(2)
    expect((await mill.flour()).toSorted()).toEqual(['wet 1', 'wet 2'])
    expect((await mill.attempts()).length).toBe(1)
  })

  test('of a key are tried again in their order, before what came after them', async () => {
    await mill.bring(['wet 1', 'wet 2', 'wet 3'], { key: 'field' })
    await spoil()
    await mill.bring(['dry 4', 'dry 5'], { key: 'field' })

    await replayDeadLetters(mill.store, { key: 'field' }, { actor })
    const states = await mill.states()
    mill.start(mill.miller())
    await isDone()

    expect(states).toEqual(['READY', 'WAITING', 'WAITING', 'WAITING', 'WAITING'])
    expect(await mill.flour()).toEqual(['wet 1', 'wet 2', 'wet 3', 'dry 4', 'dry 5'])
  })

  test('do not hold up their key', async () => {
    await mill.bring(['wet 1', 'dry 2', 'wet 3', 'dry 4'], { key: 'field' })

    await spoil((grain) => grain.startsWith('wet'))

    expect(await mill.flour()).toEqual(['dry 2', 'dry 4'])
    expect(await mill.states()).toEqual(['DEAD', 'DEAD'])
  })

  test('may be edited, and what they said before is kept with who did it', async () => {
    await mill.bring(['wet 1'])
    await spoil()
    const [{ number } = { number: 0 }] = await listDeadLetters(mill.store, {})

    await editDeadLetter(mill.store, number, { grain: 'dried 1', turn: 7 }, { actor, consumers })
    await replayDeadLetters(mill.store, { numbers: [number] }, { actor: 'bob' })
    await mill.bring(['another'])
    await vi.waitFor(async () => expect(await mill.states()).toEqual(['READY', 'READY']), PATIENT)
    await spoil()

    expect(await getDeadLetter(mill.store, number)).toMatchObject({
      payload: { grain: 'dried 1', turn: 7 },
      failed: [{ error: expect.stringContaining('Grain wet.') }, { error: expect.stringContaining('Grain mouldy.') }],
      interventions: [
        { actor: 'ada', action: 'edit', payload: { grain: 'wet 1', turn: 0 } },
        { actor: 'bob', action: 'replay', payload: null },
      ],
    })
  })

  test('are not edited into what their queue would not take', async () => {
    await mill.bring(['wet 1'])
    await spoil()
    const [{ number } = { number: 0 }] = await listDeadLetters(mill.store, {})

    const [editing, missing] = await Promise.allSettled([
      editDeadLetter(mill.store, number, { grain: 5 }, { actor, consumers }),
      editDeadLetter(mill.store, 4711, { grain: 'x', turn: 1 }, { actor, consumers }),
    ])

    expect(editing).toMatchObject({ reason: { code: 'invalid_request' } })
    expect(missing).toMatchObject({ reason: { code: 'not_found' } })
    expect(await listDeadLetters(mill.store, {})).toMatchObject([{ payload: { grain: 'wet 1', turn: 0 } }])
  })

  test('are not edited when nobody knows any more what their queue takes', async () => {
    await mill.bring(['wet 1'])
    await spoil()
    const [{ number } = { number: 0 }] = await listDeadLetters(mill.store, {})

    const editing = editDeadLetter(mill.store, number, {}, { actor, consumers: { queues: [], listeners: [] } })

    await expect(editing).rejects.toMatchObject({ code: 'consumer_undeclared', members: { consumer: 'mills.grind' } })
  })

  test('that are discarded leave nothing but who did it', async () => {
    await mill.bring(['wet 1', 'wet 2', 'mould 1'])
    await spoil()

    const { count } = await discardDeadLetters(mill.store, { cause: 'grain_wet' }, { actor })

    expect(count).toBe(2)
    expect((await mill.attempts()).length).toBe(1)
    expect(await listDeadLetters(mill.store, {})).toMatchObject([{ payload: { grain: 'mould 1' } }])
    expect(await listInterventions(mill.store, { queue: 'mills.grind' })).toMatchObject([
      { actor: 'ada', action: 'discard', queue: 'mills.grind', item: 2 },
      { actor: 'ada', action: 'discard', queue: 'mills.grind', item: 1 },
    ])
  })

  test('that several treat at once are each treated once, and only by one of them', async () => {
    await mill.bring(Array.from({ length: 40 }, (_, index) => `wet ${index}`))
    await spoil()
    const people = ['ada', 'bob', 'eve', 'joe']

    const treated = await Promise.all(
      people.map((actor, index) =>
        (index % 2 === 0 ? replayDeadLetters : discardDeadLetters)(mill.store, {}, { actor }),
      ),
    )

    const interventions = await listInterventions(mill.store, {})
    expect(treated.reduce((sum, { count }) => sum + count, 0)).toBe(40)
    expect(new Set(interventions.map(({ item }) => item)).size).toBe(40)
    expect(people.map((actor) => interventions.filter((each) => each.actor === actor).length)).toEqual(
      treated.map(({ count }) => count),
    )
  })

  test('of ten thousand are each tried again once, within seconds', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `wet ${index}`)
    await mill.bring(names)
    await mill.database.write((db) =>
      db.execute((query: Kysely<WorkTables>) =>
        query.updateTable('mainspring_items').set({ state: 'DEAD', attempts: 3, error: 'wet', cause: 'grain_wet' }),
      ),
    )
    const start = performance.now()

    const { count } = await replayDeadLetters(mill.store, {}, { actor })
    const took = performance.now() - start
    mill.start(mill.miller({ concurrency: 20 }), { lease: 15_000, look: [100, 1_000] })
    await isDone()

    const worked = performance.now() - start - took
    if (process.env.MILL_LOG) process.stdout.write(`${engine.name}: replayed in ${took} ms, ground in ${worked} ms\n`)
    expect(count).toBe(10_000)
    expect(took).toBeLessThan(10_000)
    expect((await mill.flour()).toSorted()).toEqual(names.toSorted())
  })
})

describeEachEngine('a queue in the eyes of its keepers', (engine) => {
  let mill: Mill
  beforeEach(async () => {
    mill = await openMill(await engine.createUrl())
  })
  afterEach(() => mill.close())

  test('tells how many items are in it, and how old they are', async () => {
    await mill.bring(['rye 1', 'rye 2', 'rye 3'], { key: 'field' })

    const depths = await listQueueDepths(mill.store)

    expect(depths).toMatchObject([
      { queue: 'mills.grind', pause_time: null, states: { READY: 1, WAITING: 2 }, most_attempts: 0 },
    ])
    expect(Math.abs(Date.parse(depths[0]?.oldest_time ?? '') - Date.now())).toBeLessThan(60_000)
  })

  test('that is paused gives nothing until it is resumed', async () => {
    await pauseQueue(mill.store, 'mills.grind', actor)
    await pauseQueue(mill.store, 'mills.grind', actor)
    await mill.bring(['rye 1'])
    const workers = mill.start(mill.miller())
    for (let look = 0; look < 10; look++) {
      workers.wake()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const whilePaused = await mill.states()
    const [depth] = await listQueueDepths(mill.store)

    await resumeQueue(mill.store, 'mills.grind', actor)
    await vi.waitFor(async () => expect(await mill.flour()).toEqual(['rye 1']), PATIENT)

    expect(whilePaused).toEqual(['READY'])
    expect(depth?.pause_time).not.toBeNull()
  })
})
