import { createLog } from '@mainspring/core'
import { createDatabase, openEngine, type Selects, type TablesOf } from '@mainspring/data'
import { createServiceProcess, describeEachEngine, type ServiceProcess } from '@mainspring/testing'
import { describe, expect, test, vi } from 'vitest'
import { rentals } from '../app.ts'
import { writeQrData } from '../entities/qr-data.ts'
import type { Return } from '../entities/return.ts'
import type { ReturnCount } from '../entities/return-count.ts'

const SCANS = 40
const KILLS = 2

describe.concurrent('killed between a scan and its settlement', () => {
  describeEachEngine('a service', (engine) => {
    test('settles every return that it took, once', { timeout: 90_000 }, async () => {
      const url = await engine.createUrl()
      const service = await createServiceProcess({ env: { DATABASE_URL: url, LOG_LEVEL: 'warn', FIXTURES: '0' } })
      await service.start(['rentals'])
      await post(service, 'users', { id: 'ada', name: 'Ada' })
      await post(service, 'locations', { id: 'market', name: 'Market' })

      let pending = 0
      const taken: string[] = []
      for (let kills = 0; kills < KILLS; kills++) {
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

async function lend(service: ServiceProcess, id: string): Promise<string> {
  await post(service, 'assets', { id, asset_type: 'mug' })
  await post(service, 'rentals', { user_id: 'ada', asset_id: id, created_at_location_id: 'market' })
  return id
}

async function scan(service: ServiceProcess, mug: string): Promise<string> {
  const codes = { user_qr_data: writeQrData('ada'), asset_qr_data: writeQrData(mug) }
  const { id } = await post<Return>(service, 'returns', {
    ...codes,
    location_id: 'market',
    scan_time: new Date().toISOString(),
  })
  return id
}

async function listSettled(service: ServiceProcess, all: number): Promise<readonly Return[]> {
  const filter = encodeURIComponent("state != 'PENDING'")
  const { results } = await get<{ readonly results: readonly Return[] }>(
    service,
    `returns?max_page_size=1000&filter=${filter}`,
  )
  expect(results).toHaveLength(all)
  return results
}

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

async function post<T>({ url }: ServiceProcess, collection: string, body: object): Promise<T> {
  const response = await fetch(`${url}/v1/${collection}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(201)
  return (await response.json()) as T
}

const get = async <T>({ url }: ServiceProcess, path: string): Promise<T> =>
  (await (await fetch(`${url}/v1/${path}`)).json()) as T
