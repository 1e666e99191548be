import { createCheckedClient } from '@mainspring/testing'
import { expect, inject, vi } from 'vitest'
import type { Asset, AssetType } from '../entities/asset.ts'
import type { Location } from '../entities/location.ts'
import { writeQrData } from '../entities/qr-data.ts'
import type { Rental } from '../entities/rental.ts'
import type { Return } from '../entities/return.ts'
import type { User } from '../entities/user.ts'
import { newAsset, newLocation, newUser } from './depot.ts'

/** Talks to the deployment under test. */
export const client = createCheckedClient(inject('base_url'))

/** A page of a list. */
export interface Page<R> {
  readonly results: readonly R[]
  readonly next_page_token?: string
  readonly total_size?: number
}

const make = async <R>(collection: string, body: object): Promise<R> => {
  const answer = await client.post<R>(`/v1/${collection}`, body)
  expect(answer).toMatchObject({ status: 201 })
  return answer.body
}

export const makeUser = () => make<User>('users', newUser())
export const makeAsset = (asset_type: AssetType = 'mug') => make<Asset>('assets', newAsset({ asset_type }))
export const makeLocation = () => make<Location>('locations', newLocation())

/** Lends a new container; to a new user and from a new place unless told otherwise. */
export async function makeRental(overrides: Partial<Rental> = {}): Promise<Rental> {
  const user_id = overrides.user_id ?? (await makeUser()).id
  const asset_id = overrides.asset_id ?? (await makeAsset()).id
  const created_at_location_id = overrides.created_at_location_id ?? (await makeLocation()).id
  return make<Rental>('rentals', { ...overrides, user_id, asset_id, created_at_location_id })
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

/** The return when it is settled. */
export const settled = (id: string): Promise<Return> =>
  vi.waitFor(async () => {
    const { body } = await client.get<Return>(`/v1/returns/${id}`)
    expect(body.state).not.toBe('PENDING')
    return body
  }, SOON)

/** What comes by way of events is waited for so long. */
export const SOON = { timeout: 20_000, interval: 50 }

/** The ids that a list holds for which a condition holds. */
export async function idsOf(path: string, filter = '', order_by = ''): Promise<readonly string[]> {
  const { body } = await client.get<Page<{ readonly id: string }>>(
    `${path}?${new URLSearchParams({ filter, order_by })}`,
  )
  return body.results.map(({ id }) => id)
}

/** A refusal that names one field. */
export const refusal = (status: number, field: string, code = expect.any(String)) => ({
  status,
  body: { errors: [{ field, code }] },
})
