import { randomUUID } from 'node:crypto'
import { pages } from '@mainspring/client'
import type { Return } from '@mainspring/client/house'
import { refusal } from '@mainspring/testing'
import { expect, test, vi } from 'vitest'
import {
  client,
  getAsset,
  getRental,
  idsOf,
  makeAsset,
  makeLocation,
  makeRental,
  makeUser,
  SOON,
  scanOf,
  settled,
  stranger,
} from '../testing/client.ts'
import { DAY } from '../testing/depot.ts'

test('a scan is taken at once, and settled soon', async () => {
  const [rental, { id: location }] = [await makeRental(), await makeLocation()]
  const scan = scanOf(rental.user_id, rental.asset_id, location)

  const taken = await stranger.post<Return>('/v1/returns', { ...scan, state: 'COMPLETED', rental_id: rental.id })

  expect(taken).toMatchObject({ status: 201, body: { ...scan, state: 'PENDING', rental_id: null } })
  expect(taken.headers.get('location')).toBe(`/v1/returns/${taken.body.id}`)
  expect(await settled(taken.body.id)).toMatchObject({ state: 'COMPLETED', rental_id: rental.id, reason: null })
  expect(await getRental(rental.id)).toMatchObject({
    status: 'COMPLETED',
    return_time: scan.scan_time,
    returned_at_location_id: location,
  })
  expect(await getAsset(rental.asset_id)).toMatchObject({ state: 'AVAILABLE' })
})

test('what events say of a scan is gone with its user', async () => {
  const { id, user_id, asset_id, created_at_location_id } = await makeRental()
  const scan = await client.post('/v1/returns', { body: scanOf(user_id, asset_id, created_at_location_id) })
  const events = async () => {
    const body = { subject: `returns/${scan.body.id}`, service: 'rentals', dry_run: true }
    return (await client.post('/v1/operations/subjects:erase', { body })).body.events
  }
  await vi.waitFor(async () => expect(await events()).toBe(4), SOON) // two, where they were emitted and where they are heard

  const gone = await client.delete('/v1/users/{user_id}', { params: { user_id }, query: { force: true } })

  expect(gone).toMatchObject({ status: 204 })
  await expect(getRental(id)).rejects.toMatchObject({ status: 404 })
  expect(await events()).toBe(0)
})

test('the same scan again finds the first return, as it is by then', async () => {
  const { user_id, asset_id, created_at_location_id } = await makeRental()
  const scan = scanOf(user_id, asset_id, created_at_location_id)
  const first = await client.post('/v1/returns', { body: scan })
  const done = await settled(first.body.id)

  const again = await client.post('/v1/returns', { body: scan })

  expect(again).toMatchObject({ status: 200, body: done })
  expect(again.headers.get('location')).toBeNull()
})

test('the same scan a hundred times at once makes one return', async () => {
  const { user_id, asset_id, created_at_location_id } = await makeRental()
  const scan = scanOf(user_id, asset_id, created_at_location_id)

  const answers = await Promise.all(Array.from({ length: 100 }, () => stranger.post<Return>('/v1/returns', scan)))

  expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(99).fill(200), 201])
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
})

test('two hundred scans of one container at once complete one rental, once', async () => {
  const [{ id: user_id }, { id: location }] = [await makeUser(), await makeLocation()]
  const own = await makeRental({ user_id, asset_id: (await makeAsset('large-bowl')).id })
  const eligible = await makeRental({ user_id, asset_id: (await makeAsset('small-bowl')).id })
  const begun = Date.now()

  const taken = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      client.post('/v1/returns', {
        body: scanOf(user_id, own.asset_id, location, new Date(begun + index).toISOString()),
      }),
    ),
  )

  expect(new Set(taken.map(({ status }) => status))).toEqual(new Set([201]))
  const here = `location_id == '${location}'`
  await vi.waitFor(async () => expect(await idsOf('/v1/returns', `${here} && state == 'PENDING'`)).toEqual([]), SOON)
  const returns = await Array.fromAsync(pages(client, '/v1/returns', { query: { filter: here } }))
  const completed = returns.filter(({ state }) => state === 'COMPLETED')
  expect(completed.map(({ rental_id }) => rental_id)).toEqual([own.id])
  expect(returns.filter(({ reason }) => reason === 'already_returned')).toHaveLength(199)
  expect(await getRental(own.id)).toMatchObject({ status: 'COMPLETED', return_time: completed[0]?.scan_time })
  expect(await getRental(eligible.id)).toEqual(eligible)
  const counted = { location_id: location, completed: 1, flagged: 0, rejected: 199 }
  const params = { return_count_id: location }
  await vi.waitFor(
    async () =>
      expect((await client.get('/v1/return-counts/{return_count_id}', { params })).body).toMatchObject(counted),
    SOON,
  )
})

test.each([
  ['location_id', { location_id: 'nowhere' }, 'reference_not_found'],
  ['location_id', { location_id: undefined }, 'required'],
  ['user_qr_data', { user_qr_data: '' }, 'too_short'],
  ['scan_time', { scan_time: '2026-11-20T12:00:00' }, 'format'],
  ['timestamp', { timestamp: '2026-11-20T12:00:00' }, 'unknown_field'],
])('a scan is refused that is wrong about %s: %j', async (field, overrides, code) => {
  const scan = scanOf('nobody', 'nothing', (await makeLocation()).id)

  const { body } = await stranger.post('/v1/returns', { ...scan, ...overrides })

  expect(body).toMatchObject(refusal(400, field, code))
})

test('what cannot be settled says why', async () => {
  const [{ id: user_id }, { id: asset_id }, { id: location }] = [
    await makeUser(),
    await makeAsset(),
    await makeLocation(),
  ]
  const scans = [
    { ...scanOf(user_id, asset_id, location), user_qr_data: '?' },
    scanOf('nobody', asset_id, location),
    scanOf(user_id, randomUUID(), location),
    scanOf(user_id, asset_id, location),
  ]

  const taken = await Promise.all(scans.map((scan) => client.post('/v1/returns', { body: scan })))

  const reasons = await Promise.all(taken.map(async ({ body }) => (await settled(body.id)).reason))
  expect(reasons).toEqual(['qr_unreadable', 'user_unknown', 'asset_unknown', 'no_eligible_rental'])
})

test('older clients return a rental, which the scan decides', async () => {
  const [{ id: user_id }, { id: location }] = [await makeUser(), await makeLocation()]
  const [mug, bowl] = [
    await makeRental({ user_id }),
    await makeRental({ user_id, asset_id: (await makeAsset('large-bowl')).id }),
  ]
  const { scan_time, ...codes } = scanOf(user_id, mug.asset_id, location)
  const scan = { ...codes, timestamp: scan_time.replace('Z', '') }

  const wrong = await stranger.put<Return>(`/rentals/${bowl.id}`, { ...scan, timestamp: '2026-11-20T12:00:00' })
  const rejected = await settled(wrong.body.id)
  const right = await stranger.put<Return>(`/rentals/${mug.id}`, scan)
  const again = await stranger.put<Return>(`/rentals/${mug.id}`, scan)

  expect(rejected).toMatchObject({
    state: 'REJECTED',
    reason: 'rental_mismatch',
    scan_time: '2026-11-20T12:00:00.000Z',
  })
  expect(right).toMatchObject({ status: 200, body: { ...codes, scan_time, expected_rental_id: mug.id } })
  expect(again).toMatchObject({ status: 200, body: { id: right.body.id } })
  expect(await settled(right.body.id)).toMatchObject({ state: 'COMPLETED', rental_id: mug.id })
})

test('older clients are refused what is no scan of a rental', async () => {
  const { id } = await makeRental()
  const { scan_time: timestamp, ...codes } = scanOf('nobody', 'nothing', (await makeLocation()).id)

  const put = async (path: string, scan: object) => (await stranger.put(`/rentals/${path}`, scan)).body

  expect(await put(randomUUID(), { ...codes, timestamp })).toMatchObject({ status: 404 })
  expect(await put(id, { ...codes, timestamp, location_id: 'nowhere' })).toMatchObject(
    refusal(400, 'location_id', 'reference_not_found'),
  )
  expect(await put(id, codes)).toMatchObject(refusal(400, 'timestamp', 'required'))
  expect(await put(id, { ...codes, timestamp: 'now' })).toMatchObject(refusal(400, 'timestamp'))
})

test('a late return is flagged, and counted as late', async () => {
  const { id: location } = await makeLocation()
  const rental = await makeRental({ expire_time: new Date(Date.now() - DAY).toISOString() })

  const { body } = await client.post('/v1/returns', { body: scanOf(rental.user_id, rental.asset_id, location) })

  expect(await settled(body.id)).toMatchObject({ state: 'COMPLETED', rental_id: rental.id })
  expect(await getRental(rental.id)).toMatchObject({ status: 'FLAGGED' })
  const query = { filter: `location_id == '${location}'` }
  await vi.waitFor(async () => {
    const { body } = await client.get('/v1/return-counts', { query })
    expect(body.results).toMatchObject([{ flagged: 1, completed: 0 }])
  }, SOON)
})

test('returns are listed by state, place and reason', async () => {
  const { id } = await makeLocation()

  expect(await idsOf('/v1/returns', `state == 'PENDING' && location_id == '${id}'`, '-scan_time')).toEqual([])
  expect(await idsOf('/v1/returns', `reason == 'user_unknown' && location_id == '${id}'`)).toEqual([])
  await expect(idsOf('/v1/returns', "user_key=='ada'")).rejects.toMatchObject({ status: 400, code: 'invalid_filter' })
})

test('a return that is not there is a 404', async () => {
  const call = client.get('/v1/returns/{return_id}', { params: { return_id: randomUUID() } })

  await expect(call).rejects.toMatchObject({ status: 404, code: 'not_found' })
})
