import { describeEngine, describeOn, findServer } from '@mainspring/testing'
import { describe, expect, test } from 'vitest'
import { listSteps } from './testing/trial/steps.ts'
import { openTrial, type Way } from './testing/trial/trial.ts'

const DEADLINE = { timeout: 240_000 }

describe.concurrent('killed at every step', () => {
  describeEngine('sqlite', 'services in one process', (engine) => {
    test('lose nothing, and do nothing twice or out of order', DEADLINE, async () => {
      await expectToSurvive(
        engine.createUrl,
        { transport: 'memory' },
        listSteps({ isEmbedded: true, hasBroker: false }),
      )
    })
  })

  describeOn('nats', 'services in processes of their own', () => {
    describeEngine('postgres', 'and databases', (engine) => {
      test('lose nothing, and do nothing twice or out of order', DEADLINE, async () => {
        const way: Way = { transport: 'nats', nats_url: await findServer('nats'), nats_stream: `kill-${Date.now()}` }

        await expectToSurvive(engine.createUrl, way, listSteps({ isEmbedded: false, hasBroker: true }))
      })
    })
  })
})

describeEngine('postgres', 'a worker that is killed beside another one', (engine) => {
  test('leaves what it has in hand for seconds, not longer', { timeout: 60_000 }, async () => {
    const trial = await openTrial(engine.createUrl, { transport: 'memory' })
    try {
      await trial.start({})
      await trial.kill('after performing', 2)

      const start = performance.now()
      await trial.untilTakenOver()
      const took = performance.now() - start

      expect(took).toBeGreaterThan(1_000)
      expect(took).toBeLessThan(12_000)
      expect(await trial.finish()).toMatchObject({ missing: 0, faults: [] })
    } finally {
      await trial.close()
    }
  })
})

async function expectToSurvive(
  createUrl: () => Promise<string>,
  way: Way,
  steps: ReturnType<typeof listSteps>,
): Promise<void> {
  const trial = await openTrial(createUrl, way)
  try {
    for (const [index, step] of steps.entries()) await trial.kill(step, 1 + (index % 3))

    const { events, ...found } = await trial.finish()

    expect(events).toBeGreaterThan(steps.length)
    expect(found).toMatchObject({ missing: 0, faults: [] })
  } finally {
    await trial.close()
  }
}
