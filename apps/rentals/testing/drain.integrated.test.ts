import { setTimeout as sleep } from 'node:timers/promises'
import { createServiceProcess, describeEngine, describeOn, findServer, type ServiceProcess } from '@mainspring/testing'
import { describe, expect, test, vi } from 'vitest'
import type { ReturnCount } from '../entities/return-count.ts'
import { get, lend, listSettled, openMarket, scan } from './scans.ts'

const CLIENTS = 6
const SOON = { timeout: 30_000, interval: 100 }

describe.concurrent('told to end while returns are settled', () => {
  describeEngine('sqlite', 'a service', (engine) => {
    test('answers everybody, loses and repeats nothing, and ends with 0', { timeout: 90_000 }, async () => {
      await expectToDrain({ DATABASE_URL: await engine.createUrl() })
    })
  })

  describeOn('nats', 'a service', () => {
    describeEngine('postgres', 'with a database', (engine) => {
      test('answers everybody, loses and repeats nothing, and ends with 0', { timeout: 90_000 }, async () => {
        const broker = { TRANSPORT: 'nats', NATS_URL: await findServer('nats'), NATS_STREAM: `drain-${Date.now()}` }

        await expectToDrain({ DATABASE_URL: await engine.createUrl(), ...broker })
      })
    })
  })
})

async function expectToDrain(env: Readonly<Record<string, string>>): Promise<void> {
  const service = await createServiceProcess({ env: { ENV: 'production', AUTH: 'none', RATE_LIMIT: '0', ...env } })
  try {
    await service.run(['migrate', 'rentals'])
    await service.start(['rentals'])
    await openMarket(service)
    const clients = startClients(service)
    await vi.waitFor(() => expect(clients.taken.length).toBeGreaterThan(60), SOON)

    const began = performance.now()
    service.signal('SIGTERM')
    await vi.waitFor(async () => expect((await fetch(`${service.url}/readyz`)).status).toBe(503))
    service.signal('SIGTERM')
    await clients.stop()
    const { code } = await service.ended()
    const took = performance.now() - began
    await service.start(['rentals'])

    expect(clients.failures).toEqual([])
    expect(code).toBe(0)
    expect(took).toBeLessThan(8_000)
    const { taken } = clients
    const settled = await vi.waitFor(() => listSettled(service, taken.length), SOON)
    expect(settled.map(({ id }) => id).toSorted()).toEqual(taken.toSorted())
    await vi.waitFor(
      async () =>
        expect(await get<ReturnCount>(service, 'return-counts/market')).toMatchObject({ completed: taken.length }),
      SOON,
    )
  } finally {
    await service.destroy()
  }
}

/** Those who borrow something and bring it back, again and again. */
function startClients(service: ServiceProcess) {
  const taken: string[] = []
  const failures: unknown[] = []
  let goesOn = true
  const work = async (client: number) => {
    for (let turn = 0; goesOn; turn++) {
      try {
        taken.push(await scan(service, await lend(service, `mug-${client}-${turn}`)))
      } catch (error) {
        failures.push(error)
      }
      await sleep(1)
    }
  }
  const all = Promise.all(Array.from({ length: CLIENTS }, (_, client) => work(client)))
  return {
    taken,
    failures,
    async stop() {
      goesOn = false
      await all
    },
  }
}
