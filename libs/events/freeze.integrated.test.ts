import { describeEngine } from '@mainspring/testing'
import { describe, expect, test } from 'vitest'
import { openTrial } from './testing/trial/trial.ts'

const GIVES_PLACES = ['gives places', 'seeing unstamped'] as const
const HANDLES = ['handles', 'seeing arrived'] as const
const SETTLES = ['settles', 'after performing'] as const

/** The others are in the long run. */
const STEPS = { postgres: [GIVES_PLACES, HANDLES, SETTLES], mysql: [HANDLES, SETTLES] }

describe.concurrent('three processes on one database, one of them frozen past its leases', () => {
  for (const name of ['postgres', 'mysql'] as const) {
    describeEngine(name, 'before it', (engine) => {
      for (const [title, step] of STEPS[name]) {
        test(`${title}: the others do it, and it is too late`, { timeout: 60_000 }, async () => {
          const trial = await openTrial(engine.createUrl, { transport: 'memory' })
          try {
            await trial.freeze(step)

            const { events, ...found } = await trial.finish()

            expect(events).toBeGreaterThan(10)
            expect(found).toMatchObject({ missing: 0, faults: [] })
          } finally {
            await trial.close()
          }
        })
      }
    })
  }
})
