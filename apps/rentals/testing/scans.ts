import type { ServiceProcess } from '@mainspring/testing'
import { expect } from 'vitest'
import { writeQrData } from '../entities/qr-data.ts'
import type { Return } from '../entities/return.ts'

/** Makes somebody who borrows, and a place to bring things back to. */
export async function openMarket(service: ServiceProcess): Promise<void> {
  await post(service, 'users', { id: 'ada', name: 'Ada' })
  await post(service, 'locations', { id: 'market', name: 'Market' })
}

/** Puts a new container into Ada's hands. */
export async function lend(service: ServiceProcess, id: string): Promise<string> {
  await post(service, 'assets', { id, asset_type: 'mug' })
  await post(service, 'rentals', { user_id: 'ada', asset_id: id, created_at_location_id: 'market' })
  return id
}

/** Brings it back; resolves to the return that was taken down, which is settled later. */
export async function scan(
  service: ServiceProcess,
  mug: string,
  scan_time = new Date().toISOString(),
): Promise<string> {
  const codes = { user_qr_data: writeQrData('ada'), asset_qr_data: writeQrData(mug) }
  const { id } = await post<Return>(service, 'returns', {
    ...codes,
    location_id: 'market',
    scan_time,
  })
  return id
}

/** The returns that are settled; fails unless these are all. */
export async function listSettled(service: ServiceProcess, all: number): Promise<readonly Return[]> {
  const filter = encodeURIComponent("state != 'PENDING'")
  const { results } = await get<{ readonly results: readonly Return[] }>(
    service,
    `returns?max_page_size=1000&filter=${filter}`,
  )
  expect(results).toHaveLength(all)
  return results
}

/** Makes a resource; fails unless it is answered 201. */
export async function post<T>({ url }: ServiceProcess, collection: string, body: object): Promise<T> {
  const response = await fetch(`${url}/v1/${collection}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(201)
  return (await response.json()) as T
}

/** Reads what is at a path. */
export const get = async <T>({ url }: ServiceProcess, path: string): Promise<T> =>
  (await (await fetch(`${url}/v1/${path}`)).json()) as T
