import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { listSourceLags } from '../../operations/source-lags.ts'
import type { Publisher } from '../publisher.ts'
import { frozenAt, killedAt, POINTS } from './interruptions.ts'
import { DEADLINE, type Features, type Stage } from './stage.ts'

/** What is promised of a transport with a broker, into which a relay publishes. */
export function carriesByBroker(stage: Stage, { lag }: Features): void {
  test('how far a receiver is behind is known, and not while the broker is away', DEADLINE, async () => {
    await stage.open()
    await stage.world.publish(stage.connect())
    const way = stage.connect()
    const look = async () => (await listSourceLags(stage.world.diners.store, way.sources))[0]
    const isBehind = () =>
      expect
        .poll(async () => (await look())?.[lag], { timeout: 10_000 })
        .toSatisfy((far) => (lag === 'lag' ? far === 30 : far !== null && far > 0.2))
    const before = await look()

    await stage.world.count(30)
    await isBehind()
    stage.ground.shut?.()
    const away = await look()
    stage.ground.open?.()
    await isBehind()
    await stage.world.receive(stage.connect())

    const other = lag === 'lag' ? 'lag_seconds' : 'lag'
    expect(before).toMatchObject({ [lag]: 0, [other]: null })
    expect(away).toMatchObject({ lag: null, lag_seconds: null })
    await expect.poll(look, { timeout: 10_000 }).toMatchObject({ [lag]: 0, [other]: null })
  })

  test('a publisher that is killed anywhere loses nothing, and nothing is overtaken', DEADLINE, async () => {
    await stage.open()
    await stage.world.receive(stage.connect())
    for (const [turn, point] of KILLS.entries()) {
      const killed = killedAt(point, 1 + (turn % 3))
      const publisher = await stage.world.publish(stage.connect(), killed.at)
      await stage.countUntil(killed.isDead)
      await publisher.stop()
      await stage.world.count(50)
    }

    await stage.world.publish(stage.connect())
    await stage.world.expectAll()
  })

  test('records that fail in the middle of others are overtaken by nothing', DEADLINE, async () => {
    await stage.open()
    const way = stage.connect()
    const failing = way.publisher && failSome(way.publisher)
    await stage.world.receive(stage.connect())
    await stage.world.count(300)

    await stage.world.publish({ ...way, publisher: failing?.publisher })
    await stage.countUntil(() => (failing?.failures() ?? 0) >= 8)

    await stage.world.expectAll(60)
  })

  test('a publisher that was frozen past its lease harms nothing when it goes on', DEADLINE, async () => {
    await stage.open()
    await stage.world.receive(stage.connect())
    await stage.world.count(200)
    const { at, isFrozen, thaw } = frozenAt('before publishing', 3)
    const late = await stage.world.publish(stage.connect(), at)
    await stage.countUntil(isFrozen)

    await stage.world.publish(stage.connect())
    await stage.world.count(200)
    thaw()
    await stage.world.count(200)

    await expect.poll(late.isLost).toBe(true)
    await stage.world.expectAll()
  })

  test('connections that are cut lose nothing', DEADLINE, async () => {
    await stage.open()
    await stage.world.publish(stage.connect())
    await stage.world.receive(stage.connect())

    for (let time = 0; time < 8; time++) {
      await stage.countWhile(async () => {
        await sleep(Math.random() * 100)
        stage.ground.cut?.()
      })
    }

    await stage.world.expectAll(40)
  })

  test('a broker that cannot be reached for a while delays, and that is all', DEADLINE, async () => {
    await stage.open()
    await stage.world.publish(stage.connect())
    await stage.world.receive(stage.connect())
    await stage.world.count(100)

    stage.ground.shut?.()
    await stage.world.count(200)
    await sleep(1_500)
    const arrived = await stage.world.countArrived()
    stage.ground.open?.()

    expect(arrived).toBeLessThanOrEqual(100)

    await stage.world.expectAll(40)
  })
}

/** What is promised when the broker keeps what it has acknowledged. */
export function survivesCrashes(stage: Stage): void {
  test('a broker that is killed and started under load loses nothing', DEADLINE, async () => {
    await stage.open()
    await stage.world.publish(stage.connect())
    await stage.world.receive(stage.connect())

    for (let time = 0; time < 5; time++) {
      await stage.countWhile(async () => {
        await sleep(Math.random() * 200)
        await stage.ground.crash?.()
        await sleep(Math.random() * 100)
        await stage.ground.start?.()
      })
    }

    await stage.world.expectAll(40)
  })
}

const KILLS = POINTS.flatMap((point) => [point, point, point])

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
