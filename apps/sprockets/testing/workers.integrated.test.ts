import { createServiceProcess, describeEngine, type ServiceProcess } from '@mainspring/testing'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { Ledger } from './ledger.ts'

const made: ServiceProcess[] = []
afterAll(() => Promise.all(made.map((service) => service.destroy())))

describe('several workers under load', () => {
  for (const name of ['postgres', 'mysql'] as const) {
    describeEngine(name, 'that write', (engine) => {
      test('lose nothing that was acknowledged when one is killed', async () => {
        const { service, workers } = await startWorkers(await engine.createUrl())
        const ledger = new Ledger(service.url)
        const stop = await ledger.begin(25)
        await vi.waitFor(() => expect(ledger.acknowledged).toBeGreaterThan(200), { timeout: 15_000 })

        process.kill(workers[0], 'SIGKILL')
        const acknowledged = ledger.acknowledged
        await vi.waitFor(() => expect(ledger.acknowledged).toBeGreaterThan(acknowledged + 200), { timeout: 15_000 })
        await stop()

        const failed = ledger.outcomes.filter(({ status = 0 }) => status < 200 || status > 299)
        expect(failed.filter(({ status }) => status !== undefined)).toEqual([])
        expect(failed.length).toBeLessThan(25)
        expect(await ledger.audit()).toEqual([])
      })

      test('answer everybody who heeds /readyz when they are told to end', async () => {
        const { service } = await startWorkers(await engine.createUrl())
        const ledger = new Ledger(service.url)
        const stop = await ledger.begin(25)
        await vi.waitFor(() => expect(ledger.acknowledged).toBeGreaterThan(200), { timeout: 15_000 })

        const began = performance.now()
        service.signal('SIGTERM', { toGroup: true })
        await vi.waitFor(async () => expect((await fetch(`${service.url}/readyz`)).status).toBe(503))
        service.signal('SIGINT', { toGroup: true })
        await stop()
        const { code } = await service.ended()
        const took = performance.now() - began
        await service.start()

        expect(ledger.outcomes.filter(({ status = 0 }) => status < 200 || status > 299)).toEqual([])
        expect(code).toBe(0)
        expect(took).toBeLessThan(8_000)
        expect(await ledger.audit()).toEqual([])
      })
    })
  }
})

async function startWorkers(database: string) {
  const env = { ENV: 'production', AUTH: 'none', RATE_LIMIT: '0', WORKERS: '3', DATABASE_URL: database }
  const service = await createServiceProcess({ env })
  made.push(service)
  await service.run(['migrate'])
  await service.start()
  const workers = await vi.waitFor(
    () => {
      const line = service.log.find(({ message }) => String(message).startsWith('ready at'))
      expect(line).toBeDefined()
      return line?.workers as [number, number, number]
    },
    { timeout: 15_000 },
  )
  return { service, workers }
}
