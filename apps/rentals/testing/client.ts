import { createClient, pages } from '@mainspring/client'
import type { Asset, Location, Rental, Return, User } from '@mainspring/client/house'
import { createCheckedClient, createCheckedFetch } from '@mainspring/testing'
import { expect, inject, vi } from 'vitest'
import type { AssetType } from '../entities/asset.ts'
import { writeQrData } from '../entities/qr-data.ts'
import { newAsset, newLocation, newUser } from './depot.ts'

const baseUrl = inject('base_url')

/** An ordinary user of the deployment under test; what is answered is held against the document, and nothing asked twice. */
export const client = createClient({ baseUrl, fetch: createCheckedFetch(baseUrl), attempts: 1 })

/** Sends what the types of the client forbid. */
export const stranger = createCheckedClient(baseUrl)

export const makeUser = async (): Promise<User> => (await client.post('/v1/users', { body: newUser() })).body

export const makeAsset = async (asset_type: AssetType = 'mug'): Promise<Asset> =>
  (await client.post('/v1/assets', { body: newAsset({ asset_type }) })).body

export const makeLocation = async (): Promise<Location> =>
  (await client.post('/v1/locations', { body: newLocation() })).body

/** Lends a new container; to a new user and from a new place unless told otherwise. */
export async function makeRental(overrides: Partial<Rental> = {}): Promise<Rental> {
  const user_id = overrides.user_id ?? (await makeUser()).id
  const asset_id = overrides.asset_id ?? (await makeAsset()).id
  const created_at_location_id = overrides.created_at_location_id ?? (await makeLocation()).id
  const made = await client.post('/v1/rentals', { body: { ...overrides, user_id, asset_id, created_at_location_id } })
  expect(made.status).toBe(201)
  return made.body
}

/** What a scanner sends that sees these codes, now unless told otherwise. */
export const scanOf = (
  user_id: string,
  asset_id: string,
  location_id: string,
  scan_time = new Date().toISOString(),
) => ({
  user_qr_data: writeQrData(user_id),
  asset_qr_data: writeQrData(asset_id),
  location_id,
  scan_time,
})

export const getAsset = async (asset_id: string): Promise<Asset> =>
  (await client.get('/v1/assets/{asset_id}', { params: { asset_id } })).body

export const getRental = async (rental_id: string): Promise<Rental> =>
  (await client.get('/v1/rentals/{rental_id}', { params: { rental_id } })).body

/** The return when it is settled. */
export const settled = (return_id: string): Promise<Return> =>
  vi.waitFor(async () => {
    const { body } = await client.get('/v1/returns/{return_id}', { params: { return_id } })
    expect(body.state).not.toBe('PENDING')
    return body
  }, SOON)

/** What comes by way of events is waited for so long. */
export const SOON = { timeout: 20_000, interval: 50 }

/** The ids that a list holds for which a condition holds. */
export const idsOf = (path: '/v1/assets' | '/v1/rentals' | '/v1/returns', filter: string, order_by?: string) =>
  idsAmong(pages(client, path, { query: { filter, order_by } }))

/** The ids that a list holds. */
export const idsAmong = async (rows: AsyncIterable<{ readonly id: string }>): Promise<readonly string[]> =>
  (await Array.fromAsync(rows)).map(({ id }) => id)
