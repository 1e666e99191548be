import { setTimeout as sleep } from 'node:timers/promises'
import type { TestEngine } from '@mainspring/testing'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Outbox } from '../../outbox.ts'
import { openWorld, type Way, type World } from './world.ts'

/** What a transport can do, or can have happen to it. */
export interface Features {
  /** It has a broker, into which a relay publishes. */
  readonly broker: boolean
  /** The broker keeps what it acknowledged when it is killed. (An emulator may forget it.) */
  readonly durable: boolean
  /** How it tells how far a receiver is behind. */
  readonly lag: 'lag' | 'lag_seconds'
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

/** What one test after the other plays on: the transport is there for all, the services are its own. */
export interface Stage {
  readonly ground: Ground
  readonly world: World
  /** Opens two services that hear each other; nothing runs. */
  readonly open: () => Promise<void>
  /** Opens another one that listens to the first, and receives; the caller closes it. */
  readonly openReceiver: (from: 'now' | 'beginning') => Promise<World>
  /** The way of another process. */
  readonly connect: () => Way
  /** Emits until it is enough. */
  readonly countUntil: (isEnough: () => boolean) => Promise<void>
  /** Emits from before some work begins to after it has ended. */
  readonly countWhile: (work: () => Promise<void> | undefined) => Promise<void>
}

/** Sets it up for the tests of the `describe` in which it is called. */
export function createStage(engine: TestEngine, openGround: () => Promise<Ground>): Stage {
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

  const createUrl = () => engine.createUrl()

  function connect(): Way {
    const way = ground.connect(world.meters.outbox)
    ways.push(way)
    return way
  }

  async function countUntil(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) {
      await world.count(3)
      await sleep(2)
    }
  }

  return {
    get ground() {
      return ground
    },
    get world() {
      return world
    },
    async open() {
      world = await openWorld(createUrl)
      await world.listen(connect())
    },
    async openReceiver(from) {
      const other = await openWorld(createUrl)
      await other.listen(connect(), from)
      await other.receive(connect())
      return other
    },
    connect,
    countUntil,
    async countWhile(work) {
      let isDone = false
      const finish = () => {
        isDone = true
      }
      await world.count(20)
      await Promise.all([countUntil(() => isDone), work()?.finally(finish)])
      await world.count(20)
    },
  }
}

/** What a test may take on a busy machine. */
export const DEADLINE = { timeout: 90_000 }
