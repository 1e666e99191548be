import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, createManualClock } from '@mainspring/core'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HASTY, type Mill, openMill } from '../testing/mill.ts'

const PATIENT = { timeout: 20_000, interval: 10 }

describeEachEngine('a worker by the clock of the service', (engine) => {
  const clock = createManualClock('2026-11-20T12:00:00.000Z')
  let mill: Mill
  beforeEach(async () => {
    mill = await openMill(await engine.createUrl(), clock)
  })
  afterEach(() => mill.close())

  test('tries again within the pause that its attempts say, no sooner than half of it', async () => {
    await mill.bring(['rice'])
    const retry = { attempts: 4, first_seconds: 10, longest_seconds: 30 }
    const settle = async () => {
      throw new AppError('unavailable', 'no_wind')
    }
    mill.start(mill.miller({ retry, settle }))
    const pauses: number[] = []

    for (let attempt = 1; attempt <= 3; attempt++) {
      await vi.waitFor(
        async () => expect(await mill.items()).toMatchObject([{ attempts: attempt, state: 'READY' }]),
        PATIENT,
      )
      const [item] = await mill.items()
      const due = mill.database.engine.decoder('timestamp')?.(item?.due_time) ?? item?.due_time
      const pause = Date.parse(String(due)) - clock.now()
      pauses.push(pause)
      clock.advance(pause - 1)
      await sleep(120)
      expect(await mill.items()).toMatchObject([{ attempts: attempt }])
      clock.advance(1)
    }
    await vi.waitFor(async () => expect(await mill.states()).toEqual(['DEAD']), PATIENT)

    for (const [index, most] of [10_000, 20_000, 30_000].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(most / 2)
      expect(pauses[index]).toBeLessThanOrEqual(most)
    }
  })

  test('does not begin before an item is due', async () => {
    await mill.bring(['later'], { delay: 60_000 })
    mill.start(mill.miller(), HASTY)
    clock.advance(59_999)
    await sleep(200)
    const before = await mill.flour()

    clock.advance(1)
    await vi.waitFor(async () => expect(await mill.flour()).toEqual(['later']), PATIENT)

    expect(before).toEqual([])
  })
})
