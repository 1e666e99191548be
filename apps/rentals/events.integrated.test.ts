import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeQrData } from './entities/qr-data.ts'
import { contactOf } from './entities/user.ts'
import { flagOverdue } from './services/rental-service.ts'
import { recordReturn, recordReturnOf } from './services/scan-service.ts'
import { DAY, type Depot, HOUR, openDepot } from './testing/depot.ts'

describeEachEngine('rentals', (engine) => {
  let depot: Depot
  beforeAll(async () => {
    depot = await openDepot(await engine.createUrl())
  })
  afterAll(() => depot.database.close())

  test('tells of a scan once, however often it comes', async () => {
    const scan = {
      location_id: 'market',
      user_qr_data: writeQrData('ada'),
      asset_qr_data: '???',
      scan_time: '2026-11-20T12:00:00+01:00',
    }

    const told = await listen(async () => {
      await Promise.all(Array.from({ length: 5 }, () => depot.write((needs) => recordReturn(needs, scan))))
    })

    expect(told).toEqual([
      {
        ...scan,
        type: 'rentals.return_requested',
        return_id: expect.any(String),
        scan_time: '2026-11-20T11:00:00.000Z',
        expected_rental_id: null,
      },
    ])
  })

  test('tells which rental a scan of an older client may settle', async () => {
    const { id } = await depot.lend(await depot.addUser(), await depot.addAsset('mug'))
    const codes = { user_qr_data: '?', asset_qr_data: '?' }

    const told = await listen(() =>
      depot.write((needs) =>
        recordReturnOf(needs, { id, ...codes, location_id: 'market', timestamp: '2026-11-20T12:00:00' }),
      ),
    )

    expect(told).toMatchObject([{ type: 'rentals.return_requested', expected_rental_id: id }])
  })

  test.each([
    ['COMPLETED', HOUR],
    ['FLAGGED', -HOUR],
  ])('tells of a rental that ends %s, and to whom that may be written', async (status, due) => {
    const user = await depot.addUser()
    const [lent, brought] = [await depot.addAsset('large-bowl'), await depot.addAsset('small-bowl')]
    const rental = await depot.lend(user, lent, { expire_time: depot.at(due) })
    const scan = await depot.record(user.id, brought.id, { location_id: 'canteen' })

    const told = await listen(async () => {
      await depot.settle(scan)
      await depot.settle(scan)
    })

    expect(told).toEqual([
      {
        type: 'rentals.return_completed',
        return_id: scan.id,
        rental_id: rental.id,
        status,
        location_id: 'canteen',
        return_time: scan.scan_time,
        asset_id: brought.id,
        rented_asset_id: lent.id,
        user: contactOf(user),
      },
    ])
  })

  test('tells of a scan that settles nothing, and what its codes say', async () => {
    const mug = await depot.addAsset('mug')
    const scans = [await depot.record('nobody', mug.id), await depot.record('No Id', mug.id)]

    const told = await listen(async () => {
      for (const scan of scans) await depot.settle(scan)
    })

    const said = { type: 'rentals.return_rejected', location_id: 'market', asset_id: mug.id }
    expect(told).toEqual([
      { ...said, return_id: scans[0]?.id, scan_time: scans[0]?.scan_time, reason: 'user_unknown', user_id: 'nobody' },
      { ...said, return_id: scans[1]?.id, scan_time: scans[1]?.scan_time, reason: 'qr_unreadable', user_id: null },
    ])
  })

  test('tells of each rental that is overdue, when it is flagged', async () => {
    const user = await depot.addUser()
    const rental = await depot.lend(user, await depot.addAsset('mug'), { expire_time: depot.at(-2 * DAY) })

    const told = await listen(async () => {
      await depot.write(flagOverdue)
      await depot.write(flagOverdue)
    })

    const { id: rental_id, asset_id, created_at_location_id, expire_time } = rental
    expect(told).toEqual([
      {
        type: 'rentals.rental_overdue',
        ...{ rental_id, asset_id, created_at_location_id, expire_time },
        user: contactOf(user),
      },
    ])
  })

  async function listen(action: () => Promise<unknown>) {
    const before = depot.told.length
    await action()
    return depot.told.slice(before)
  }
})
