import { setTimeout as sleep } from 'node:timers/promises'
import {
  createServiceProcess,
  describeEngine,
  type ServiceProcess,
  startMariadb,
  startPostgres,
  type TestServer,
} from '@mainspring/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Ledger } from './ledger.ts'

const SERVERS = { postgres: startPostgres, mysql: startMariadb }
/** Milliseconds in which a request is answered, whatever the database does: 5 s and what a busy machine adds. */
const LONGEST = 6_500

const ONE_BY_ONE = { concurrent: false }

// Both engines at once, since most of it is waiting.
describe.concurrent('a database that goes away under load', () => {
  for (const name of ['postgres', 'mysql'] as const) describeEngine(name, 'and comes back', () => testOutages(name))
})

function testOutages(name: keyof typeof SERVERS): void {
  let server: TestServer
  let service: ServiceProcess
  beforeAll(async () => {
    server = await SERVERS[name]({ durable: true })
    service = await createServiceProcess({ env: { DATABASE_URL: server.url } })
    await service.start(['sprockets'])
  })
  afterAll(async () => {
    await service?.destroy()
    await server?.destroy()
  })

  test('killed: requests get 503 until it is back, and no acknowledged write is lost', ONE_BY_ONE, async () => {
    await expectRecovery(
      () => server.crash(),
      () => server.start(),
      500,
    )
  })

  test('stopped in order: the same', ONE_BY_ONE, async () => {
    await expectRecovery(
      () => server.stop(),
      () => server.start(),
      500,
    )
  })

  test('frozen, so that nothing is refused and nothing answered: the same', ONE_BY_ONE, async () => {
    await expectRecovery(
      () => server.pause(),
      () => server.resume(),
      5_500,
    )
  })

  test('frozen when the service is told to end: that ends within 8 s with 0', ONE_BY_ONE, async () => {
    server.pause()
    const pending = fetch(`${service.url}/v1/sprockets`).catch(() => undefined)

    const began = performance.now()
    const { code } = await service.end('SIGTERM')

    expect(code).toBe(0)
    expect(performance.now() - began).toBeLessThan(8_000)
    await pending
    server.resume()
  })

  async function expectRecovery(
    breakIt: () => Promise<void> | void,
    mendIt: () => Promise<void> | void,
    outage: number,
  ): Promise<void> {
    const ledger = new Ledger(service.url)
    const stop = await ledger.begin(25)
    await sleep(400)

    await breakIt()
    const unready = await vi.waitFor(() => expectUnready(service.url), { timeout: 3_000 })
    const status = fetch(`${service.url}/status`)
    const alive = await fetch(`${service.url}/healthz`)
    await sleep(outage)
    const before = ledger.outcomes.length
    await mendIt()
    await vi.waitFor(() => expectReady(service.url), { timeout: 5_000 })
    await sleep(400)
    await stop()

    expect(unready).toMatchObject({ code: 'not_ready', detail: expect.stringMatching(/^sprockets: /) })
    expect([alive.status, (await status).status]).toEqual([200, 200])
    const refused = ledger.outcomes.filter(({ status = 0 }) => status === 0 || status >= 300)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.filter(({ status, retry_after }) => status !== 503 || !(Number(retry_after) > 0))).toEqual([])
    expect(ledger.outcomes.filter(({ milliseconds }) => milliseconds > LONGEST)).toEqual([])
    expect(ledger.outcomes.slice(before).some(({ status = 0 }) => status < 300)).toBe(true)
    expect(await ledger.audit()).toEqual([])
    expect(service.log.filter(({ level }) => level === 'error')).toEqual([])
    const { instance } = JSON.parse(refused[0]?.body ?? '')
    expect(refused[0]?.body).not.toMatch(/ECONN|terminated|timeout/i)
    expect(service.log.find(({ request_id, err }) => request_id === instance && err)).toMatchObject({
      err: { code: 'database_unavailable', stack: expect.stringMatching(/caused by: DatabaseFault.*caused by: /s) },
    })
  }
}

async function expectUnready(url: string): Promise<unknown> {
  const response = await fetch(`${url}/readyz`)
  expect(response.status).toBe(503)
  return await response.json()
}

async function expectReady(url: string): Promise<void> {
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
}
