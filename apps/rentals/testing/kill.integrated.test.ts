import { createLog } from '@mainspring/core'
import { createDatabase, openEngine, type Selects, type TablesOf } from '@mainspring/data'
import { createServiceProcess, describeEachEngine } from '@mainspring/testing'
import { describe, expect, test, vi } from 'vitest'
import { rentals } from '../app.ts'
import type { Return } from '../entities/return.ts'
import type { ReturnCount } from '../entities/return-count.ts'
import { get, lend, listSettled, openMarket, scan } from './scans.ts'

const SCANS = 40
/** As often it is killed, and more often if all was settled each time: whoever kills may be slow himself. */
const KILLS = { least: 2, most: 8 }

describe.concurrent('killed between a scan and its settlement', () => {
  describeEachEngine('a service', (engine) => {
    test('settles every return that it took, once', { timeout: 90_000 }, async () => {
      const url = await engine.createUrl()
      const service = await createServiceProcess({ env: { DATABASE_URL: url, LOG_LEVEL: 'warn', FIXTURES: '0' } })
      await service.start(['rentals'])
      await openMarket(service)

      let pending = 0
      const taken: string[] = []
      for (let kills = 0; kills < KILLS.least || (pending === 0 && kills < KILLS.most); kills++) {
        const mugs = await Promise.all(
          Array.from({ length: SCANS }, (_, index) => lend(service, `mug-${kills}-${index}`)),
        )
        const answers = await Promise.all(mugs.map((mug) => scan(service, mug)))
        await service.end('SIGKILL')
        taken.push(...answers)
        pending += await countPending(url)
        await service.start(['rentals'])
      }

      expect(pending).toBeGreaterThan(0)
      const settled = await vi.waitFor(() => listSettled(service, taken.length), { timeout: 20_000, interval: 100 })
      expect(settled.map(({ id }) => id).toSorted()).toEqual(taken.toSorted())
      expect(new Set(settled.map(({ state }) => state))).toEqual(new Set(['COMPLETED']))
      expect(new Set(settled.map(({ rental_id }) => rental_id)).size).toBe(taken.length)
      await vi.waitFor(
        async () =>
          expect(await get<ReturnCount>(service, 'return-counts/market')).toMatchObject({
            completed: taken.length,
            rejected: 0,
          }),
        { timeout: 20_000, interval: 100 },
      )
      await service.end('SIGTERM')
      await service.destroy()
    })
  })
})

/** Looks while nobody serves. */
async function countPending(url: string): Promise<number> {
  const engine = await openEngine({ url, service: 'rentals', is_shared: true }, { log: createLog({ level: 'silent' }) })
  const database = createDatabase({ engine, entities: rentals.entities })
  try {
    const rows = await database.reader.query((query: Selects<TablesOf<[typeof Return]>>) =>
      query.selectFrom('returns').select('id').where('state', '=', 'PENDING'),
    )
    return rows.length
  } finally {
    await database.close()
  }
}
