import { createServiceProcess, type FuzzOptions, fuzz } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

/** All of the cases where nobody else is at work; as many as these seconds allow where somebody is. */
const LOAD: Pick<FuzzOptions, 'cases' | 'seconds'> = { cases: 4_000, seconds: 16 }

// What fails says how to see it again: FUZZ_SEED=… FUZZ_PATH=… vitest run --project integrated apps/fuzz
const { FUZZ_SEED, FUZZ_PATH } = process.env
const again = {
  ...(FUZZ_SEED ? { seed: Number(FUZZ_SEED) } : {}),
  ...(FUZZ_PATH ? { path: FUZZ_PATH } : {}),
}

test('whatever is sent to all services, they answer as documented, and what they refuse changes nothing', async () => {
  const service = await createServiceProcess({ env: { LOG_LEVEL: 'warn' } })
  onTestFinished(() => service.destroy())
  await service.start()
  await settleScan(service.url)

  const { failure, unreached, seed } = await fuzz({ url: service.url, ...LOAD, ...again })

  expect(failure, `FUZZ_SEED=${seed} FUZZ_PATH=${failure?.path}`).toBeUndefined()
  expect(unreached, `FUZZ_SEED=${seed}`).toEqual([])
  expect(service.log).toEqual([])
  expect(await service.end('SIGTERM')).toMatchObject({ code: 0 })
}, 60_000)

/** Counts of scans are made by a listener alone: one is there before it is asked for. */
async function settleScan(url: string): Promise<void> {
  const send = (path: string, body: object) =>
    fetch(`${url}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await send('locations?id=counted', { name: 'Where a scan was' })
  const scan = { location_id: 'counted', user_qr_data: 'bm9ib2R5', asset_qr_data: 'bm90aGluZw==' }
  await send('returns', { ...scan, scan_time: new Date().toISOString() })
  await vi.waitFor(async () => expect((await fetch(`${url}/v1/return-counts/counted`)).status).toBe(200), 10_000)
}
