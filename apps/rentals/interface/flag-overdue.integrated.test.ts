import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { MOST_FLAGGED } from '../services/rental-service.ts'
import { DAY, type Depot, MINUTE, openDepot } from '../testing/depot.ts'

describeEachEngine('what is overdue too long', (engine) => {
  let depot: Depot
  let stop: () => Promise<void>
  beforeAll(async () => {
    depot = await openDepot(await engine.createUrl())
    stop = await depot.listen()
  })
  afterAll(async () => {
    await stop()
    await depot.database.close()
  })

  test('is flagged within a minute, all of it', async () => {
    const [user, mug] = [await depot.addUser(), await depot.addAsset('mug')]
    const overdue = await Promise.all(
      Array.from({ length: MOST_FLAGGED + 1 }, () => depot.lend(user, mug, { expire_time: depot.at(-2 * DAY) })),
    )

    depot.clock.advance(MINUTE)

    await vi.waitFor(
      async () => {
        const statuses = new Set((await Promise.all(overdue.map(depot.rental))).map(({ status }) => status))
        expect(statuses).toEqual(new Set(['FLAGGED']))
      },
      { timeout: 15_000, interval: 100 },
    )
  })
})
