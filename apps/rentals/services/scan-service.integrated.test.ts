import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeQrData } from '../entities/qr-data.ts'
import { Return } from '../entities/return.ts'
import { type Depot, openDepot } from '../testing/depot.ts'
import { recordReturn, recordReturnOf } from './scan-service.ts'

describeEachEngine('a scan', (engine) => {
  let depot: Depot
  beforeAll(async () => {
    depot = await openDepot(await engine.createUrl())
  })
  afterAll(() => depot.database.close())

  test('is taken down as it came, and nothing is decided yet', async () => {
    const scan = scanOf('plain', { scan_time: '2026-11-20T13:00:00.5+01:00' })

    const taken = await record(scan)

    expect(taken).toMatchObject({
      ...scan,
      scan_time: '2026-11-20T12:00:00.500Z',
      state: 'PENDING',
      rental_id: null,
      reason: null,
      expected_rental_id: null,
    })
  })

  test('whose codes are unreadable is taken down, too', async () => {
    expect(await record(scanOf('x', { user_qr_data: '???', asset_qr_data: '😀'.repeat(500) }))).toMatchObject({
      state: 'PENDING',
      user_qr_data: '???',
    })
  })

  test('of a place that is not there is refused', async () => {
    await expect(record(scanOf('lost', { location_id: 'nowhere' }))).rejects.toMatchObject({
      code: 'reference_not_found',
      errors: [{ field: 'location_id' }],
    })
  })

  test('finds the first return again, however its codes and its moment are spelt', async () => {
    const first = await record(scanOf('tp?>tp?>', {}))
    const bowl = await record(scanOf('bowl', {}))
    const settled = await depot.settle(bowl)

    const spelt = scanOf('bowl', { scan_time: '2026-11-20T14:00:00.0004+02:00' })
    const again = await record({ ...spelt, asset_qr_data: Buffer.from('bowl').toString('base64') })

    expect(again).toEqual(settled)
    expect(again.id).not.toBe(first.id)
  })

  test('differs from another by user, container, place or moment', async () => {
    const scan = scanOf('cup', {})
    const others = [
      { user_qr_data: writeQrData('someone') },
      { asset_qr_data: writeQrData('saucer') },
      { location_id: 'canteen' },
      { scan_time: '2026-11-20T12:00:00.001Z' },
    ]

    const ids = await Promise.all([{}, ...others].map(async (other) => (await record({ ...scan, ...other })).id))

    expect(new Set(ids).size).toBe(5)
  })

  test('that comes fifty times at once is one', async () => {
    const scan = scanOf('popular', {})

    const taken = await Promise.all(Array.from({ length: 50 }, () => record(scan)))

    expect(new Set(taken.map(({ id }) => id)).size).toBe(1)
  })

  test('cannot be there twice, whoever writes it', async () => {
    await record(scanOf('single', {}))

    await expect(depot.write(({ db }) => db.insert(Return, scanOf('single', {})))).rejects.toMatchObject({
      code: 'already_exists',
    })
  })

  test.each([
    ['2026-11-20T12:00:00', '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:00:00.123456', '2026-11-20T12:00:00.123Z'],
    ['2026-11-20T12:00:00+02:00', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T12:00:00Z', '2026-11-20T12:00:00.000Z'],
  ])('of an older client at %s was at %s, and may settle one rental alone', async (timestamp, scan_time) => {
    const rental = await depot.lend(await depot.addUser(), await depot.addAsset('mug'))

    const taken = await recordOf(rental.id, timestamp)

    expect(taken).toMatchObject({ scan_time, state: 'PENDING', expected_rental_id: rental.id })
  })

  test.each(['', 'now', '2026-11-20', '2026-11-20 12:00:00', '2026-13-20T12:00:00', '1763640000'])(
    'of an older client at %j is refused',
    async (timestamp) => {
      const rental = await depot.lend(await depot.addUser(), await depot.addAsset('mug'))

      await expect(recordOf(rental.id, timestamp)).rejects.toMatchObject({
        kind: 'invalid',
        errors: [{ field: 'timestamp' }],
      })
    },
  )

  test('of an older client for a rental that is not there is refused', async () => {
    await expect(recordOf('nothing', '2026-11-20T12:00:00')).rejects.toMatchObject({ kind: 'not_found' })
  })

  const scanOf = (asset: string, overrides: Partial<Parameters<typeof recordReturn>[1]>) => ({
    location_id: 'market',
    user_qr_data: writeQrData('ada'),
    asset_qr_data: writeQrData(asset),
    scan_time: '2026-11-20T12:00:00Z',
    ...overrides,
  })
  const record = (scan: Parameters<typeof recordReturn>[1]) => depot.write((needs) => recordReturn(needs, scan))
  const recordOf = (id: string, timestamp: string) => {
    const { scan_time: _, ...scan } = scanOf(id, {})
    return depot.write((needs) => recordReturnOf(needs, { id, timestamp, ...scan }))
  }
})
