import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { createContext, Script } from 'node:vm'
import type { TestEngine } from '@mainspring/testing'
import { expect, test } from 'vitest'
import { carriesByBroker, survivesCrashes } from './broker.ts'
import { type AtPoint, failingAt, frozenAt, killedAt } from './interruptions.ts'
import { reshards } from './resharding.ts'
import { createStage, DEADLINE, type Features, type Ground, type Stage } from './stage.ts'

/**
 * What is promised of every transport, to be called in a `describe`: all that is emitted arrives once, unchanged, of each
 * subject in order, whatever happens meanwhile.
 */
export function conforms(engine: TestEngine, features: Features, openGround: () => Promise<Ground>): void {
  const stage = createStage(engine, openGround)
  carries(stage, features)
  if (features.broker) carriesByBroker(stage, features)
  if (features.durable) survivesCrashes(stage)
  if (features.reshards) reshards(stage)
}

function carries(stage: Stage, features: Features): void {
  test('all arrives once and in order while it is emitted, whatever it says', DEADLINE, async () => {
    await stage.open()
    await stage.world.publish(stage.connect())
    await stage.world.receive(stage.connect())

    await stage.world.count(600)

    await stage.world.expectAll()
  })

  test('what was emitted before is for those alone who want it from the beginning', DEADLINE, async () => {
    await stage.open()
    await stage.world.publish(stage.connect())
    await stage.world.receive(stage.connect())
    await stage.world.count(50)
    await stage.world.expectAll()

    const [now, beginning] = [await stage.openReceiver('now'), await stage.openReceiver('beginning')]
    await stage.world.count(10)

    await expect.poll(now.countArrived, { timeout: 10_000 }).toBe(10)
    await expect.poll(beginning.countArrived, { timeout: 10_000 }).toBe(60)
    await now.close()
    await beginning.close()
  })

  test('events as large as may be arrive', DEADLINE, async () => {
    await stage.open()
    await stage.world.publish(stage.connect())
    await stage.world.receive(stage.connect())

    await stage.world.count(60, (time) => (time % 2 ? 'ü' : 'x').repeat(time % 2 ? 32_400 : 64_800))

    await stage.world.expectAll()
  })

  test('a receiver that is killed before or after its transaction loses and repeats nothing', DEADLINE, async () => {
    await stage.open()
    await stage.world.publish(stage.connect())
    for (const [turn, point] of KILLS.entries()) {
      const killed = killedAt(point, 1 + (turn % 3))
      const receiver = await stage.world.receive(stage.connect(), killed.at)
      await stage.countUntil(killed.isDead)
      await receiver.stop()
      await stage.world.count(50)
    }

    await stage.world.receive(stage.connect())
    await stage.world.expectAll()
  })

  test('transactions that fail now and then lose and repeat nothing', DEADLINE, async () => {
    await stage.open()
    const [publisher, receiver] = [stage.connect(), stage.connect()]
    for (const point of ['before a transaction', 'after a transaction'] as const) {
      const running = [
        await stage.world.publish(publisher, failingAt(point)),
        await stage.world.receive(receiver, failingAt(point)),
      ]
      for (let time = 0; time < 10; time++) {
        await stage.world.count(30)
        await sleep(20)
      }
      for (const { stop } of running) await stop()
    }

    await stage.world.publish(publisher)
    await stage.world.receive(receiver)
    await stage.world.expectAll()
  })

  test('a receiver that was frozen past its lease stores nothing any more', DEADLINE, async () => {
    await stage.open()
    await stage.world.publish(stage.connect())
    const { at, isFrozen, thaw } = frozenAt('before a transaction', 2)
    const late = await stage.world.receive(stage.connect(), at)
    await stage.countUntil(isFrozen)

    await stage.world.receive(stage.connect())
    await stage.world.expectAll()
    thaw()

    await expect.poll(late.isLost).toBe(true)
    await stage.world.expectAll()
  })

  test(`a backlog of ${features.backlog} needs little memory`, DEADLINE, async () => {
    await stage.open()
    await stage.world.fill(features.backlog, 500)
    const before = liveHeap()
    const way = stage.connect()
    let most = 0
    const watching = setInterval(() => {
      most = Math.max(most, liveHeap() - before)
    }, 500)

    await stage.world.publish(way)
    await stage.world.expectPublished(way)
    const slow: AtPoint = (point) => sleep(point === 'before a transaction' ? 5 : 0)
    await stage.world.receive(way, slow)
    await expect.poll(stage.world.countArrived, { timeout: 60_000, interval: 100 }).toBe(features.backlog)
    clearInterval(watching)

    expect(most).toBeLessThan(5 * MEGABYTE)
    await stage.world.expectAll()
  })
}

const KILLS = (['before a transaction', 'after a transaction'] as const).flatMap((point) => [point, point, point])

const MEGABYTE = 1024 * 1024

setFlagsFromString('--expose-gc')
const collect: unknown = new Script('gc').runInContext(createContext())

/** Bytes that are in use when the garbage is gone. */
function liveHeap(): number {
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}
