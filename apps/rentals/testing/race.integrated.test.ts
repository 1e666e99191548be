import { createServiceProcess, describeEachEngine } from '@mainspring/testing'
import { describe, expect, test, vi } from 'vitest'
import { lend, listSettled, openMarket, scan } from './scans.ts'

const SCANS = 200
const SOON = { timeout: 30_000, interval: 100 }

describe.concurrent('two hundred scans of one container at once', () => {
  describeEachEngine('a service', (engine) => {
    test('complete one rental, once', { timeout: 60_000 }, async () => {
      const env = { ENV: 'testing', RATE_LIMIT: '0', LOG_LEVEL: 'warn', DATABASE_URL: await engine.createUrl() }
      const service = await createServiceProcess({ env })
      try {
        await service.start(['rentals'])
        await openMarket(service)
        const mug = await lend(service, 'mug')
        const begun = Date.now()

        await Promise.all(
          Array.from({ length: SCANS }, (_, index) => scan(service, mug, new Date(begun + index).toISOString())),
        )

        const settled = await vi.waitFor(() => listSettled(service, SCANS), SOON)
        expect(settled.filter(({ state }) => state === 'COMPLETED')).toHaveLength(1)
        expect(settled.filter(({ reason }) => reason === 'already_returned')).toHaveLength(SCANS - 1)
      } finally {
        await service.destroy()
      }
    })
  })
})
