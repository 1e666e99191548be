import { setTimeout as sleep } from 'node:timers/promises'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEnqueue, type Enqueued } from './enqueue.ts'
import { queue } from './queue-declaration.ts'
import { grinding, type Mill, openMill } from './testing/mill.ts'

describeEachEngine('what is enqueued', (engine) => {
  let mill: Mill
  beforeEach(async () => {
    mill = await openMill(await engine.createUrl())
  })
  afterEach(() => mill.close())

  test('is there when the unit of work has committed, with what caused it, and then it is told', async () => {
    const told: Enqueued[] = []
    const enqueueIn = createEnqueue(mill.store, [grinding], (each) => told.push(each))

    const seen = await mill.database.write(async (db) => {
      const enqueue = enqueueIn(db, { requestid: 'r1' })
      await enqueue(grinding, { grain: 'rye', turn: 1 }, { subject: 'fields/f1' })
      await enqueue(grinding, { grain: 'oats', turn: 2 }, { key: 'k', delay: 60_000 })
      await enqueue(grinding, { grain: 'corn', turn: 3 }, { key: 'k' })
      return [...told]
    })

    expect(seen).toEqual([])
    expect(told).toEqual([{ queue: 'mills.grind', waiting: new Set(['k']), isDelayed: true }])
    expect(await mill.items()).toMatchObject([
      {
        state: 'READY',
        key: null,
        subject: 'fields/f1',
        origin: '{"requestid":"r1"}',
        payload: '{"grain":"rye","turn":1}',
      },
      { state: 'READY', key: 'k' },
      { state: 'WAITING', key: 'k' },
    ])
  })

  test('is not there when the unit of work fails', async () => {
    const told: Enqueued[] = []

    const failing = mill.database.write(async (db) => {
      const enqueue = createEnqueue(mill.store, [grinding], (each) => told.push(each))(db, {})
      for (let turn = 0; turn < 1_500; turn++) await enqueue(grinding, { grain: 'rye', turn })
      throw new Error('A mouse!')
    })

    await expect(failing).rejects.toThrow('A mouse!')
    expect(await mill.items()).toEqual([])
    expect(told).toEqual([])
  })

  test('is refused when its queue is not declared, or would not take it', async () => {
    const strange = queue({ name: 'mills.sweep', payload: {}, settle: async () => {} })
    const enqueueIn = createEnqueue(mill.store, [grinding])

    const [undeclared, wrong] = await Promise.allSettled([
      mill.database.write((db) => enqueueIn(db, {})(strange, {})),
      mill.database.write((db) => enqueueIn(db, {})(grinding, { grain: 'x'.repeat(81), turn: 1 })),
    ])

    expect(undeclared).toMatchObject({ reason: new Error('The queue mills.sweep is not declared by this service.') })
    expect(wrong).toMatchObject({ reason: { code: 'invalid_request', errors: [{ field: 'grain' }] } })
  })

  test('waits for one of its key that is alive, in this unit of work or from before', async () => {
    await mill.bring(['a 1'], { key: 'a' })

    await mill.bring(['a 2'], { key: 'a' })
    await mill.bring(['b 1', 'b 2'], { key: 'b' })

    expect(await mill.states()).toEqual(['READY', 'WAITING', 'READY', 'WAITING'])
  })

  test('has numbers that follow the commits of its key', async () => {
    const order: number[] = []
    const units = Array.from({ length: 8 }, (_, turn) =>
      mill.database.write(async (db) => {
        await createEnqueue(mill.store, [grinding])(db, {})(grinding, { grain: 'rye', turn }, { key: 'field' })
        // Behind the numbering, as the commit would be on a slow line.
        db.beforeCommit(() => sleep(Math.random() * 30))
        db.afterCommit(() => order.push(turn))
      }),
    )

    await Promise.all(units)

    const turns = (await mill.items()).map(({ payload }) => (JSON.parse(payload) as { turn: number }).turn)
    expect(turns).toEqual(order)
  })
})
