import { createServiceProcess } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Ledger } from './ledger.ts'

test('told to end under load, it answers everybody who heeds /readyz, and keeps what it acknowledged', async () => {
  const service = await createServiceProcess({ env: { ENV: 'production', AUTH: 'none', RATE_LIMIT: '0' } })
  onTestFinished(() => service.destroy())
  await service.run(['migrate'])
  await service.start(['sprockets'])
  const ledger = new Ledger(service.url)
  const stop = await ledger.begin(25)
  await vi.waitFor(() => expect(ledger.acknowledged).toBeGreaterThan(200), { timeout: 5_000 })

  const began = performance.now()
  service.signal('SIGTERM')
  const unready = await vi.waitFor(async () => {
    const response = await fetch(`${service.url}/readyz`)
    expect(response.status).toBe(503)
    return await response.json()
  })
  service.signal('SIGTERM')
  service.signal('SIGINT')
  await stop()
  const { code } = await service.ended()
  const took = performance.now() - began
  await service.start(['sprockets'])

  expect(unready).toMatchObject({ code: 'not_ready', detail: 'The service is about to stop.' })
  expect(ledger.outcomes.filter(({ status = 0 }) => status < 200 || status > 299)).toEqual([])
  expect(code).toBe(0)
  expect(took).toBeLessThan(8_000)
  expect(await ledger.audit()).toEqual([])
})
