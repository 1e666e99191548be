import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import type { Return } from '../entities/return.ts'
import type { ReturnCount } from '../entities/return-count.ts'
import {
  client,
  idsOf,
  makeAsset,
  makeLocation,
  makeRental,
  makeUser,
  type Page,
  refusal,
  SOON,
  scanOf,
  settled,
} from '../testing/client.ts'
import { DAY } from '../testing/depot.ts'

test('a scan is taken at once, and settled soon', async () => {
  const [rental, { id: location }] = [await makeRental(), await makeLocation()]
  const scan = scanOf(rental.user_id, rental.asset_id, location)

  const taken = await client.post<Return>('/v1/returns', { ...scan, state: 'COMPLETED', rental_id: rental.id })

  expect(taken).toMatchObject({ status: 201, body: { ...scan, state: 'PENDING', rental_id: null } })
  expect(taken.headers.get('location')).toBe(`/v1/returns/${taken.body.id}`)
  expect(await settled(taken.body.id)).toMatchObject({ state: 'COMPLETED', rental_id: rental.id, reason: null })
  expect(await client.get(`/v1/rentals/${rental.id}`)).toMatchObject({
    body: { status: 'COMPLETED', return_time: scan.scan_time, returned_at_location_id: location },
  })
  expect(await client.get(`/v1/assets/${rental.asset_id}`)).toMatchObject({ body: { state: 'AVAILABLE' } })
})

test('what events say of a scan is gone with its user', async () => {
  const { id, user_id, asset_id, created_at_location_id } = await makeRental()
  const scan = await client.post<Return>('/v1/returns', scanOf(user_id, asset_id, created_at_location_id))
  const events = async () => {
    const asked = { subject: `returns/${scan.body.id}`, service: 'rentals', dry_run: true }
    const { body } = await client.post<{ readonly events: number }>('/v1/operations/subjects:erase', asked)
    return body.events
  }
  await vi.waitFor(async () => expect(await events()).toBe(4), SOON) // two, where they were emitted and where they are heard

  const gone = await client.delete(`/v1/users/${user_id}?force=true`)

  expect(gone).toMatchObject({ status: 204 })
  expect(await client.get(`/v1/rentals/${id}`)).toMatchObject({ status: 404 })
  expect(await events()).toBe(0)
})

test('the same scan again finds the first return, as it is by then', async () => {
  const { user_id, asset_id, created_at_location_id } = await makeRental()
  const scan = scanOf(user_id, asset_id, created_at_location_id)
  const first = await client.post<Return>('/v1/returns', scan)
  const done = await settled(first.body.id)

  const again = await client.post<Return>('/v1/returns', scan)

  expect(again).toMatchObject({ status: 200, body: done })
  expect(again.headers.get('location')).toBeNull()
})

test('the same scan a hundred times at once makes one return', async () => {
  const { user_id, asset_id, created_at_location_id } = await makeRental()
  const scan = scanOf(user_id, asset_id, created_at_location_id)

  const answers = await Promise.all(Array.from({ length: 100 }, () => client.post<Return>('/v1/returns', scan)))

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
      client.post<Return>(
        '/v1/returns',
        scanOf(user_id, own.asset_id, location, new Date(begun + index).toISOString()),
      ),
    ),
  )

  expect(new Set(taken.map(({ status }) => status))).toEqual(new Set([201]))
  const here = `location_id == '${location}'`
  await vi.waitFor(async () => expect(await idsOf('/v1/returns', `${here} && state == 'PENDING'`)).toEqual([]), SOON)
  const { body } = await client.get<Page<Return>>(`/v1/returns?max_page_size=1000&filter=${here}`)
  const completed = body.results.filter(({ state }) => state === 'COMPLETED')
  expect(completed.map(({ rental_id }) => rental_id)).toEqual([own.id])
  expect(body.results.filter(({ reason }) => reason === 'already_returned')).toHaveLength(199)
  expect(await client.get(`/v1/rentals/${own.id}`)).toMatchObject({
    body: { status: 'COMPLETED', return_time: completed[0]?.scan_time },
  })
  expect(await client.get(`/v1/rentals/${eligible.id}`)).toMatchObject({ body: { ...eligible } })
  const counted = { location_id: location, completed: 1, flagged: 0, rejected: 199 }
  await vi.waitFor(
    async () => expect((await client.get<ReturnCount>(`/v1/return-counts/${location}`)).body).toMatchObject(counted),
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

  expect(await client.post('/v1/returns', { ...scan, ...overrides })).toMatchObject(refusal(400, field, code))
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

  const taken = await Promise.all(scans.map((scan) => client.post<Return>('/v1/returns', scan)))

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

  const wrong = await client.put<Return>(`/rentals/${bowl.id}`, { ...scan, timestamp: '2026-11-20T12:00:00' })
  const rejected = await settled(wrong.body.id)
  const right = await client.put<Return>(`/rentals/${mug.id}`, scan)
  const again = await client.put<Return>(`/rentals/${mug.id}`, scan)

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

  expect(await client.put(`/rentals/${randomUUID()}`, { ...codes, timestamp })).toMatchObject({ status: 404 })
  expect(await client.put(`/rentals/${id}`, { ...codes, timestamp, location_id: 'nowhere' })).toMatchObject(
    refusal(400, 'location_id', 'reference_not_found'),
  )
  expect(await client.put(`/rentals/${id}`, codes)).toMatchObject(refusal(400, 'timestamp', 'required'))
  expect(await client.put(`/rentals/${id}`, { ...codes, timestamp: 'now' })).toMatchObject(refusal(400, 'timestamp'))
})

test('a late return is flagged, and counted as late', async () => {
  const { id: location } = await makeLocation()
  const rental = await makeRental({ expire_time: new Date(Date.now() - DAY).toISOString() })

  const { body } = await client.post<Return>('/v1/returns', scanOf(rental.user_id, rental.asset_id, location))

  expect(await settled(body.id)).toMatchObject({ state: 'COMPLETED', rental_id: rental.id })
  expect(await client.get(`/v1/rentals/${rental.id}`)).toMatchObject({ body: { status: 'FLAGGED' } })
  const list = `/v1/return-counts?filter=location_id == '${location}'`
  await vi.waitFor(
    async () =>
      expect((await client.get<Page<ReturnCount>>(list)).body.results).toMatchObject([{ flagged: 1, completed: 0 }]),
    SOON,
  )
})

test('returns are listed by state, place and reason', async () => {
  const { id } = await makeLocation()

  expect(await idsOf('/v1/returns', `state == 'PENDING' && location_id == '${id}'`, '-scan_time')).toEqual([])
  expect(await idsOf('/v1/returns', `reason == 'user_unknown' && location_id == '${id}'`)).toEqual([])
  expect(await client.get("/v1/returns?filter=user_key=='ada'")).toMatchObject({
    status: 400,
    body: { code: 'invalid_filter' },
  })
})

test('a return that is not there is a 404', async () => {
  expect(await client.get(`/v1/returns/${randomUUID()}`)).toMatchObject({ status: 404, body: { code: 'not_found' } })
})
