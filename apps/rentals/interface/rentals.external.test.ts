import { randomUUID } from 'node:crypto'
import { pages } from '@mainspring/client'
import { refusal } from '@mainspring/testing'
import { expect, test } from 'vitest'
import {
  client,
  getAsset,
  getRental,
  idsAmong,
  idsOf,
  makeAsset,
  makeLocation,
  makeRental,
  makeUser,
  stranger,
} from '../testing/client.ts'
import { DAY } from '../testing/depot.ts'

test('a container goes out for a while, under an id of the client', async () => {
  const [id, asset] = [randomUUID(), await makeAsset('clamshell')]
  const body = { user_id: (await makeUser()).id, asset_id: asset.id, created_at_location_id: (await makeLocation()).id }

  const made = await client.post('/v1/rentals', { query: { id }, body })

  expect(made).toMatchObject({
    status: 201,
    body: {
      ...body,
      id,
      status: 'IN_PROGRESS',
      eligible_asset_types: ['3-compartment', 'clamshell'],
      return_time: null,
    },
  })
  expect(Date.parse(made.body.expire_time)).toBeGreaterThan(Date.parse(made.body.create_time))
  expect(made.headers.get('location')).toBe(`/v1/rentals/${id}`)
  expect(await getAsset(asset.id)).toMatchObject({ state: 'OUT' })
})

test('a container goes out once, of twenty who want it at once', async () => {
  const [user, asset, location] = [await makeUser(), await makeAsset(), await makeLocation()]
  const body = { user_id: user.id, asset_id: asset.id, created_at_location_id: location.id }

  const results = await Promise.allSettled(Array.from({ length: 20 }, () => client.post('/v1/rentals', { body })))

  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  expect(refused).toHaveLength(19)
  for (const problem of refused) expect(problem).toMatchObject(refusal(409, 'asset_id', 'asset_out'))
})

test('a checkout that is sent again under its key is done once', async () => {
  const [user, asset, location] = [await makeUser(), await makeAsset(), await makeLocation()]
  const body = { user_id: user.id, asset_id: asset.id, created_at_location_id: location.id }
  const checkout = { body, headers: { 'Idempotency-Key': randomUUID() } }

  const [first, again] = [await client.post('/v1/rentals', checkout), await client.post('/v1/rentals', checkout)]

  expect([first.status, again.status]).toEqual([201, 201])
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect(again.body).toEqual(first.body)
})

test.each([
  ['user_id', { user_id: 'nobody' }, 'reference_not_found'],
  ['asset_id', { asset_id: 'nothing' }, 'reference_not_found'],
  ['created_at_location_id', { created_at_location_id: 'nowhere' }, 'reference_not_found'],
  ['user_id', { user_id: undefined }, 'required'],
  ['expire_time', { expire_time: 'tomorrow' }, 'format'],
  ['due', { due: 1 }, 'unknown_field'],
])('a checkout is refused that is wrong about %s: %j', async (field, overrides, code) => {
  const { id: asset_id } = await makeAsset()
  const body = { user_id: (await makeUser()).id, asset_id, created_at_location_id: (await makeLocation()).id }

  const answer = await stranger.post('/v1/rentals', { ...body, ...overrides })

  expect(answer.body).toMatchObject(refusal(400, field, code))
  expect(await getAsset(asset_id)).toMatchObject({ state: 'AVAILABLE' })
})

test('what the service owns is ignored at a checkout', async () => {
  const rental = await makeRental({
    status: 'COMPLETED',
    eligible_asset_types: [],
    return_time: '2026-01-01T00:00:00Z',
  })

  expect(rental).toMatchObject({ status: 'IN_PROGRESS', eligible_asset_types: ['mug'], return_time: null })
})

test('rentals are found that are overdue, by place and by status', async () => {
  const created_at_location_id = (await makeLocation()).id
  const [past, future] = [-DAY, DAY].map((distance) => new Date(Date.now() + distance).toISOString())
  const make = (expire_time = '') => makeRental({ created_at_location_id, expire_time })
  const [overdue, due, forgiven] = [await make(past), await make(future), await make(past)]
  await forgive(forgiven.id)
  const here = `created_at_location_id == '${created_at_location_id}'`
  const now = new Date().toISOString()

  const isOverdue = `expire_time < '${now}' && return_time == null && status in ['IN_PROGRESS', 'FLAGGED']`
  expect(await idsOf('/v1/rentals', `${here} && ${isOverdue}`)).toEqual([overdue.id])
  expect(await idsOf('/v1/rentals', `${here} && status == 'FORGIVEN'`)).toEqual([forgiven.id])
  expect(await idsOf('/v1/rentals', `${here} && status != 'FORGIVEN'`, '-expire_time')).toEqual([due.id, overdue.id])
  expect(await idsOf('/v1/rentals', `returned_at_location_id == '${created_at_location_id}'`)).toEqual([])
})

test('the rentals of a user are theirs alone', async () => {
  const [user, other] = [await makeUser(), await makeUser()]
  const rentals = [await makeRental({ user_id: user.id }), await makeRental({ user_id: user.id })]

  const listOf = (user_id: string, filter?: string) =>
    idsAmong(pages(client, '/v1/users/{user_id}/rentals', { params: { user_id }, query: { filter } }))
  expect(await listOf(user.id)).toEqual(rentals.map(({ id }) => id))
  expect(await listOf(user.id, `asset_id == '${rentals[1]?.asset_id}'`)).toEqual([rentals[1]?.id])
  expect(await listOf(other.id)).toEqual([])
  await expect(listOf('nobody')).rejects.toMatchObject({ status: 404, code: 'not_found' })
})

test('older clients find what they always found', async () => {
  const { id, user_id } = await makeRental()

  const one = await stranger.get(`/rentals/${id}`)
  const all = await client.get('/rentals/users/{user_id}', { params: { user_id } })

  expect(one).toMatchObject({ status: 200, body: await getRental(id) })
  expect(all.status).toBe(200)
  expect(all.body).toEqual((await client.get('/v1/users/{user_id}/rentals', { params: { user_id } })).body)
  expect(await stranger.get('/rentals/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect(await stranger.get('/rentals/users/nobody')).toMatchObject({ status: 404, body: { code: 'not_found' } })
})

test('a rental is forgiven once, and its container stays out', async () => {
  const rental = await makeRental()

  const forgiven = await forgive(rental.id)

  expect(forgiven).toMatchObject({
    status: 200,
    body: { ...rental, status: 'FORGIVEN', update_time: expect.any(String) },
  })
  await expect(forgive(rental.id)).rejects.toMatchObject({ status: 409, code: 'rental_closed' })
  expect(await getAsset(rental.asset_id)).toMatchObject({ state: 'OUT' })
})

test('a rental is neither changed nor deleted by clients', async () => {
  const { id } = await makeRental()

  expect(await stranger.patch(`/v1/rentals/${id}`, { expire_time: null })).toMatchObject({ status: 405 })
  expect(await stranger.delete(`/v1/rentals/${id}`)).toMatchObject({ status: 405 })
})

const forgive = (rental_id: string) => client.post('/v1/rentals/{rental_id}:forgive', { params: { rental_id } })
