import { createServiceProcess, describeEachEngine } from '@mainspring/testing'
import { describe, expect, test } from 'vitest'
import { newOrder } from './kitchen.ts'

const REPEATS = 1_000

describe.concurrent('a thousand repeats of an order at once, with one Idempotency-Key', () => {
  describeEachEngine('a service', (engine) => {
    test('make one order', { timeout: 60_000 }, async () => {
      const env = { RATE_LIMIT: '0', LOG_LEVEL: 'warn', FIXTURES: '0', DATABASE_URL: await engine.createUrl() }
      const service = await createServiceProcess({ env })
      try {
        await service.start(['snacks'])
        const post = (path: string, body: object) =>
          fetch(`${service.url}/v1/${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'idempotency-key': path },
            body: JSON.stringify(body),
          })
        await post('pizzas', { id: 'plain', name: 'Plain', price_minor: 700, currency_code: 'EUR' })

        const answers = await Promise.all(
          Array.from({ length: REPEATS }, async () => {
            for (;;) {
              const answer = await post('orders', newOrder([['plain', 2]]))
              const text = await answer.text()
              // Who waits for too long is told to come again.
              if (answer.status !== 409 && answer.status !== 503) return `${answer.status} ${text}`
            }
          }),
        )

        const { results } = Object(await (await fetch(`${service.url}/v1/orders`)).json())
        expect(results).toMatchObject([{ total_minor: 1400, state: 'PLACED' }])
        expect([...new Set(answers)]).toEqual([expect.stringMatching(/^201 /)])
      } finally {
        await service.destroy()
      }
    })
  })
})
