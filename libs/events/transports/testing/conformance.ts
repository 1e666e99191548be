import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { createContext, Script } from 'node:vm'
import type { TestEngine } from '@mainspring/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Outbox } from '../../outbox.ts'
import type { EventSource } from '../../source.ts'
import type { Publisher } from '../publisher.ts'
import { type AtPoint, failingAt, frozenAt, killedAt, type Point } from './interruptions.ts'
import { openWorld, type Way, type World } from './world.ts'

/** What a transport can do, or can have happen to it. */
export interface Features {
  /** It has a broker, into which a relay publishes. */
  readonly broker: boolean
  /** The broker keeps what it acknowledged when it is killed. (An emulator may forget it.) */
  readonly durable: boolean
  /** So many events may wait: an emulator is slow. */
  readonly backlog: number
  /** What was one lane may become several, and what were two may become one. */
  readonly reshards: boolean
}

/** A transport with all that belongs to it. */
export interface Ground {
  /** The way of another process to those whose outbox this is. */
  readonly connect: (outbox: Outbox) => Way
  /** Kills the broker; it starts again by `start`, with what it had. */
  readonly crash?: () => Promise<void>
  readonly start?: () => Promise<void>
  /** Ends all connections with the broker. */
  readonly cut?: () => void
  /** Keeps everybody from the broker for now. */
  readonly shut?: () => void
  readonly open?: () => void
  /** Splits or merges lanes, differently each time. */
  readonly reshard?: (time: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** Milliseconds of garbage collection included. */
const DEADLINE = { timeout: 90_000 }

/**
 * What is promised of every transport, to be called in a `describe`: all that is emitted arrives once, unchanged, of each
 * subject in order, whatever happens meanwhile.
 */
export function conforms(engine: TestEngine, features: Features, openGround: () => Promise<Ground>): void {
  let ground: Ground
  let world: World
  const ways: Way[] = []
  beforeAll(async () => {
    ground = await openGround()
  })
  afterEach(async () => {
    await world.close()
    for (const { close } of ways.splice(0)) await close()
  })
  afterAll(() => ground.close())

  const connect = (): Way => {
    const way = ground.connect(world.meters.outbox)
    ways.push(way)
    return way
  }
  /** Two services that hear each other, and nothing runs. */
  const open = async () => {
    world = await openWorld(() => engine.createUrl())
    await world.listen(connect())
  }

  test('all arrives once and in order while it is emitted, whatever it says', DEADLINE, async () => {
    await open()
    await world.publish(connect())
    await world.receive(connect())

    await world.count(600)

    await world.expectAll()
  })

  test('what was emitted before is for those alone who want it from the beginning', DEADLINE, async () => {
    await open()
    await world.publish(connect())
    await world.receive(connect())
    await world.count(50)
    await world.expectAll()

    const [now, beginning] = [await openReceiver('now'), await openReceiver('beginning')]
    await world.count(10)

    await expect.poll(now.countArrived, { timeout: 10_000 }).toBe(10)
    await expect.poll(beginning.countArrived, { timeout: 10_000 }).toBe(60)
    await now.close()
    await beginning.close()
  })

  /** Another service that listens to the meters. */
  async function openReceiver(from: 'now' | 'beginning'): Promise<World> {
    const other = await openWorld(() => engine.createUrl())
    await other.listen(connect(), from)
    await other.receive(connect())
    return other
  }

  /** Emits from before it begins to after it has ended. */
  const countWhile = async (work: () => Promise<void> | undefined) => {
    let isDone = false
    const finish = () => {
      isDone = true
    }
    await world.count(20)
    await Promise.all([countUntil(() => isDone), work()?.finally(finish)])
    await world.count(20)
  }

  const countUntil = async (isEnough: () => boolean) => {
    while (!isEnough()) {
      await world.count(3)
      await sleep(2)
    }
  }

  test('events as large as may be arrive', DEADLINE, async () => {
    await open()
    await world.publish(connect())
    await world.receive(connect())

    await world.count(60, (time) => (time % 2 ? 'ü' : 'x').repeat(time % 2 ? 32_400 : 64_800))

    await world.expectAll()
  })

  test('a receiver that is killed before or after its transaction loses and repeats nothing', DEADLINE, async () => {
    await open()
    await world.publish(connect())
    for (const [turn, point] of RECEIVING.entries()) {
      const killed = killedAt(point, 1 + (turn % 3))
      const receiver = await world.receive(connect(), killed.at)
      await countUntil(killed.isDead)
      await receiver.stop()
      await world.count(50)
    }

    await world.receive(connect())
    await world.expectAll()
  })

  test('transactions that fail now and then lose and repeat nothing', DEADLINE, async () => {
    await open()
    const [publisher, receiver] = [connect(), connect()]
    for (const point of ['before a transaction', 'after a transaction'] as const) {
      const running = [
        await world.publish(publisher, failingAt(point)),
        await world.receive(receiver, failingAt(point)),
      ]
      for (let time = 0; time < 10; time++) {
        await world.count(30)
        await sleep(20)
      }
      for (const { stop } of running) await stop()
    }

    await world.publish(publisher)
    await world.receive(receiver)
    await world.expectAll()
  })

  test('a receiver that was frozen past its lease stores nothing any more', DEADLINE, async () => {
    await open()
    await world.publish(connect())
    const { at, isFrozen, thaw } = frozenAt('before a transaction', 2)
    const late = await world.receive(connect(), at)
    await countUntil(isFrozen)

    await world.receive(connect())
    await world.expectAll()
    thaw()

    await expect.poll(late.isLost).toBe(true)
    await world.expectAll()
  })

  test(`a backlog of ${features.backlog} needs little memory`, DEADLINE, async () => {
    await open()
    await world.fill(features.backlog, 500)
    const before = liveHeap()
    const way = connect()
    let most = 0
    const watching = setInterval(() => {
      most = Math.max(most, liveHeap() - before)
    }, 500)

    await world.publish(way)
    await world.expectPublished(way)
    const slow: AtPoint = (point) => sleep(point === 'before a transaction' ? 5 : 0)
    await world.receive(way, slow)
    await expect.poll(world.countArrived, { timeout: 60_000, interval: 100 }).toBe(features.backlog)
    clearInterval(watching)

    expect(most).toBeLessThan(5 * MEGABYTE)
    await world.expectAll()
  })

  if (features.broker) {
    test('a publisher that is killed anywhere loses nothing, and nothing is overtaken', DEADLINE, async () => {
      await open()
      await world.receive(connect())
      for (const [turn, point] of PUBLISHING.entries()) {
        const killed = killedAt(point, 1 + (turn % 3))
        const publisher = await world.publish(connect(), killed.at)
        await countUntil(killed.isDead)
        await publisher.stop()
        await world.count(50)
      }

      await world.publish(connect())
      await world.expectAll()
    })

    test('records that fail in the middle of others are overtaken by nothing', DEADLINE, async () => {
      await open()
      const way = connect()
      const failing = way.publisher && failSome(way.publisher)
      await world.receive(connect())
      await world.count(300)

      await world.publish({ ...way, publisher: failing?.publisher })
      await countUntil(() => (failing?.failures() ?? 0) >= 8)

      await world.expectAll(60)
    })

    test('a publisher that was frozen past its lease harms nothing when it goes on', DEADLINE, async () => {
      await open()
      await world.receive(connect())
      await world.count(200)
      const { at, isFrozen, thaw } = frozenAt('before publishing', 3)
      const late = await world.publish(connect(), at)
      await countUntil(isFrozen)

      await world.publish(connect())
      await world.count(200)
      thaw()
      await world.count(200)

      await expect.poll(late.isLost).toBe(true)
      await world.expectAll()
    })

    test('connections that are cut lose nothing', DEADLINE, async () => {
      await open()
      await world.publish(connect())
      await world.receive(connect())

      for (let time = 0; time < 8; time++) {
        await countWhile(async () => {
          await sleep(Math.random() * 100)
          ground.cut?.()
        })
      }

      await world.expectAll(40)
    })

    test('a broker that cannot be reached for a while delays, and that is all', DEADLINE, async () => {
      await open()
      await world.publish(connect())
      await world.receive(connect())
      await world.count(100)

      ground.shut?.()
      await world.count(200)
      const arrived = await world.countArrived()
      await sleep(1_500)
      expect(await world.countArrived()).toBe(arrived)
      ground.open?.()

      await world.expectAll(40)
    })
  }

  if (features.durable) {
    test('a broker that is killed and started under load loses nothing', DEADLINE, async () => {
      await open()
      await world.publish(connect())
      await world.receive(connect())

      for (let time = 0; time < 5; time++) {
        await countWhile(async () => {
          await sleep(Math.random() * 200)
          await ground.crash?.()
          await sleep(Math.random() * 100)
          await ground.start?.()
        })
      }

      await world.expectAll(40)
    })
  }

  if (features.reshards) {
    test('lanes that are split and merged under load keep the order', DEADLINE, async () => {
      await open()
      await world.publish(connect())
      await world.receive(connect())

      for (let time = 0; time < 6; time++) await countWhile(() => ground.reshard?.(time))

      await world.expectAll(40)
    })

    test('lanes that became others before they were read are read first', DEADLINE, async () => {
      await open()
      const way = connect()
      await world.publish(way)
      for (let time = 0; time < 4; time++) await countWhile(() => ground.reshard?.(time))
      await world.expectPublished(way)

      await world.receive({ ...way, sources: way.sources.map(reversed) })

      await world.expectAll(40)
    })
  }
}

const RECEIVING: readonly Point[] = ['before a transaction', 'after a transaction'].flatMap((point): Point[] =>
  Array(3).fill(point),
)

const PUBLISHING: readonly Point[] = [
  ...RECEIVING,
  ...['before publishing', 'after publishing'].flatMap((point): Point[] => Array(3).fill(point)),
]

/** A source that tells its lanes the other way round. */
const reversed = (source: EventSource): EventSource => ({
  ...source,
  lanes: async () => (await source.lanes()).toReversed(),
})

/** A broker that refuses one of several records now and then, and stores those around it. */
function failSome(publisher: Publisher) {
  let failures = 0
  const failing: Publisher = {
    ...publisher,
    async publish(records) {
      if (records.length < 3 || Math.random() < 0.3) return publisher.publish(records)
      failures += 1
      const refused = Math.floor(records.length / 2)
      const errors = await publisher.publish(records.filter((_, index) => index !== refused))
      return errors.toSpliced(refused, 0, new Error('refused'))
    },
  }
  return { publisher: failing, failures: () => failures }
}

const MEGABYTE = 1024 * 1024

setFlagsFromString('--expose-gc')
const collect: unknown = new Script('gc').runInContext(createContext())

/** Bytes that are in use when the garbage is gone. */
function liveHeap(): number {
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}
