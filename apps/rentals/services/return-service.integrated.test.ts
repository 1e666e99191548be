import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeQrData } from '../entities/qr-data.ts'
import { DAY, type Depot, HOUR, MINUTE, openDepot, TERMS } from '../testing/depot.ts'
import { flagOverdue, forgiveRental } from './rental-service.ts'
import { recordReturn, recordReturnOf } from './scan-service.ts'

describeEachEngine('a return', (engine) => {
  let depot: Depot
  beforeAll(async () => {
    depot = await openDepot(await engine.createUrl())
  })
  afterAll(() => depot.database.close())

  test('completes the rental of the container that was lent, and tells where and when it came back', async () => {
    const [user, bowl] = [await depot.addUser(), await depot.addAsset('large-bowl')]
    const rental = await depot.lend(user, bowl)

    const settled = await depot.scan(user, bowl, { scan_time: depot.at(-HOUR), location_id: 'canteen' })

    expect(settled).toMatchObject({ state: 'COMPLETED', rental_id: rental.id, reason: null })
    expect(await depot.rental(rental)).toMatchObject({
      status: 'COMPLETED',
      return_time: depot.at(-HOUR),
      returned_at_location_id: 'canteen',
    })
    expect(await depot.asset(bowl)).toMatchObject({ state: 'AVAILABLE' })
  })

  test('of one container among several settles its own rental, though another expires first', async () => {
    const user = await depot.addUser()
    const [large, small] = [await depot.addAsset('large-bowl'), await depot.addAsset('small-bowl')]
    const other = await depot.lend(user, large, { expire_time: depot.at(HOUR) })
    const own = await depot.lend(user, small, { expire_time: depot.at(DAY) })

    expect(await depot.scan(user, small)).toMatchObject({ rental_id: own.id })

    expect(await depot.rental(other)).toEqual(other)
  })

  test('of another container of the same kind settles what expires first and can still be in time', async () => {
    const [user, clamshell] = [await depot.addUser(), await depot.addAsset('clamshell')]
    const lend = async (due: number) =>
      depot.lend(user, await depot.addAsset('3-compartment'), { expire_time: depot.at(due) })
    const [late, later, soon] = [await lend(-HOUR), await lend(2 * HOUR), await lend(HOUR)]

    const settled: unknown[] = []
    for (const minutes of [0, 10, 20]) {
      const { rental_id } = await depot.scan(user, clamshell, { scan_time: depot.at(minutes * MINUTE) })
      settled.push(rental_id)
    }

    expect(settled).toEqual([soon.id, later.id, late.id])
  })

  test('of another container leaves that which was lent out, until it is scanned itself', async () => {
    const user = await depot.addUser()
    const [lent, brought] = [await depot.addAsset('large-bowl'), await depot.addAsset('small-bowl')]
    await depot.lend(user, lent)

    await depot.scan(user, brought)
    const states = [(await depot.asset(lent)).state]
    const second = await depot.scan(user, lent)
    states.push((await depot.asset(lent)).state)

    expect(states).toEqual(['OUT', 'AVAILABLE'])
    expect(second).toMatchObject({ state: 'REJECTED', reason: 'no_eligible_rental' })
  })

  test.each([
    ['at the moment it expires', 0, 'COMPLETED'],
    ['a millisecond later', 1, 'FLAGGED'],
  ])('scanned %s is %i ms late: %s', async (_, late, status) => {
    const [user, mug] = [await depot.addUser(), await depot.addAsset('mug')]
    const rental = await depot.lend(user, mug, { expire_time: depot.at(-DAY) })

    expect(await depot.scan(user, mug, { scan_time: depot.at(-DAY + late) })).toMatchObject({ state: 'COMPLETED' })

    expect(await depot.rental(rental)).toMatchObject({ status, return_time: depot.at(-DAY + late) })
  })

  test.each([
    ['late', 0],
    ['in time by a scanner that was offline', -3 * DAY],
  ])('of what was flagged while it was out leaves it flagged, and closes it: %s', async (_, distance) => {
    const [user, mug] = [await depot.addUser(), await depot.addAsset('mug')]
    const rental = await depot.lend(user, mug, { expire_time: depot.at(-2 * DAY) })
    await depot.write(flagOverdue)

    const settled = await depot.scan(user, mug, { scan_time: depot.at(distance) })

    expect(settled).toMatchObject({ state: 'COMPLETED', rental_id: rental.id })
    expect(await depot.rental(rental)).toMatchObject({ status: 'FLAGGED', return_time: depot.at(distance) })
    expect(await depot.scan(user, mug, { scan_time: depot.at(HOUR) })).toMatchObject({ reason: 'no_eligible_rental' })
  })

  test('settles nothing of somebody else, and nothing that was forgiven; the container is back all the same', async () => {
    const [user, other, mug] = [await depot.addUser(), await depot.addUser(), await depot.addAsset('mug')]
    const rental = await depot.lend(user, mug)

    const byOther = await depot.scan(other, mug)
    const isBack = (await depot.asset(mug)).state
    await depot.write((needs) => forgiveRental(needs, rental))
    const afterwards = await depot.scan(user, mug)

    expect([byOther, afterwards].map(({ reason }) => reason)).toEqual(['no_eligible_rental', 'no_eligible_rental'])
    expect(isBack).toBe('AVAILABLE')
    expect(await depot.rental(rental)).toMatchObject({ status: 'FORGIVEN', return_time: null })
  })

  test.each([
    ['qr_unreadable', '?', undefined],
    ['qr_unreadable', undefined, '?'],
    ['user_unknown', writeQrData('nobody'), undefined],
    ['user_unknown', writeQrData('nobody'), writeQrData('nothing')],
    ['asset_unknown', undefined, writeQrData('nothing')],
  ])('is rejected as %s if the codes are %j and %j', async (reason, user_qr_data, asset_qr_data) => {
    const [user, mug] = [await depot.addUser(), await depot.addAsset('mug')]
    const rental = await depot.lend(user, mug)
    const codes = { user_qr_data: writeQrData(user.id), asset_qr_data: writeQrData(mug.id) }
    const scan = await depot.write((needs) =>
      recordReturn(needs, {
        location_id: 'market',
        scan_time: depot.at(Math.random() * DAY),
        user_qr_data: user_qr_data ?? codes.user_qr_data,
        asset_qr_data: asset_qr_data ?? codes.asset_qr_data,
      }),
    )

    expect(await depot.settle(scan)).toMatchObject({ state: 'REJECTED', reason, rental_id: null })

    expect(await depot.rental(rental)).toEqual(rental)
    expect(await depot.asset(mug)).toMatchObject({ state: asset_qr_data === undefined ? 'AVAILABLE' : 'OUT' })
  })

  test.each([
    [TERMS.rescan, 'already_returned'],
    [-TERMS.rescan, 'already_returned'],
    [TERMS.rescan + 1, null],
    [-TERMS.rescan - 1, null],
  ])('%i ms from one that settled is a rescan: %s', async (distance, reason) => {
    const [user, bowl, other] = [
      await depot.addUser(),
      await depot.addAsset('large-bowl'),
      await depot.addAsset('small-bowl'),
    ]
    await depot.lend(user, bowl)
    const eligible = await depot.lend(user, other)
    await depot.scan(user, bowl)

    const again = await depot.scan(user, bowl, { scan_time: depot.at(distance) })

    expect(again.reason).toBe(reason)
    expect(again.rental_id).toBe(reason === null ? eligible.id : null)
  })

  test('soon after one that was rejected is none', async () => {
    const [user, mug] = [await depot.addUser(), await depot.addAsset('mug')]
    await depot.scan(user, mug)
    const rental = await depot.lend(user, mug)

    expect(await depot.scan(user, mug, { scan_time: depot.at(MINUTE) })).toMatchObject({ rental_id: rental.id })
  })

  test.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'])('may be of %s', async (scan_time) => {
    const [user, mug] = [await depot.addUser(), await depot.addAsset('mug')]
    await depot.lend(user, mug)

    expect(await depot.scan(user, mug, { scan_time })).toMatchObject({ state: 'COMPLETED' })
    expect(await depot.scan(user, mug, { scan_time, location_id: 'canteen' })).toMatchObject({
      reason: 'already_returned',
    })
  })

  test('that may settle one rental alone settles that, if the scan leads to it, and else none', async () => {
    const [user, large, small, mug] = [
      await depot.addUser(),
      await depot.addAsset('large-bowl'),
      await depot.addAsset('small-bowl'),
      await depot.addAsset('mug'),
    ]
    const [ofLarge, ofSmall] = [await depot.lend(user, large), await depot.lend(user, small)]
    const scanFor = async (rental: typeof ofLarge, asset: typeof large) =>
      depot.settle(
        await depot.write((needs) =>
          recordReturnOf(needs, {
            id: rental.id,
            location_id: 'market',
            user_qr_data: writeQrData(user.id),
            asset_qr_data: writeQrData(asset.id),
            timestamp: depot.at(Math.random() * DAY),
          }),
        ),
      )

    const settled = [await scanFor(ofLarge, small), await scanFor(ofLarge, mug), await scanFor(ofLarge, large)]

    expect(settled.map(({ reason }) => reason)).toEqual(['rental_mismatch', 'rental_mismatch', null])
    expect(settled[2]).toMatchObject({ rental_id: ofLarge.id, expected_rental_id: ofLarge.id })
    expect(await depot.asset(small)).toMatchObject({ state: 'AVAILABLE' })
    expect(await depot.rental(ofSmall)).toEqual(ofSmall)
  })

  test('that is settled stays as it is', async () => {
    const [user, bowl] = [await depot.addUser(), await depot.addAsset('large-bowl')]
    await depot.lend(user, bowl)
    const scan = await depot.record(user.id, bowl.id)
    const settled = await depot.settle(scan)
    await depot.lend(user, bowl)

    expect(await depot.settle(scan)).toEqual(settled)

    expect(await depot.asset(bowl)).toMatchObject({ state: 'OUT' })
  })

  test('that is settled by many at once is settled once', async () => {
    const [user, bowl] = [await depot.addUser(), await depot.addAsset('large-bowl')]
    const rental = await depot.lend(user, bowl)
    const scan = await depot.record(user.id, bowl.id)

    const settled = await Promise.all(Array.from({ length: 30 }, () => depot.settle(scan)))

    for (const each of settled) expect(each).toEqual({ ...settled[0] })
    expect(settled[0]).toMatchObject({ state: 'COMPLETED', rental_id: rental.id })
  })

  test('of one container is made two hundred times at once, and completes one rental, once', async () => {
    const [user, bowl, other] = [
      await depot.addUser(),
      await depot.addAsset('large-bowl'),
      await depot.addAsset('small-bowl'),
    ]
    const own = await depot.lend(user, bowl)
    const eligible = await depot.lend(user, other)

    const settled = await Promise.all(
      Array.from({ length: 200 }, (_, index) => depot.scan(user, bowl, { scan_time: depot.at(index) })),
    )

    const completed = settled.filter(({ state }) => state === 'COMPLETED')
    expect(completed.map(({ rental_id }) => rental_id)).toEqual([own.id])
    expect(settled.filter(({ reason }) => reason === 'already_returned')).toHaveLength(199)
    expect(await depot.rental(own)).toMatchObject({ status: 'COMPLETED', return_time: completed[0]?.scan_time })
    expect(await depot.rental(eligible)).toEqual(eligible)
  })

  test('of several containers at once settles each rental once', async () => {
    const user = await depot.addUser()
    const [lent, brought] = [
      await Promise.all(Array.from({ length: 6 }, () => depot.addAsset('clamshell'))),
      await Promise.all(Array.from({ length: 9 }, () => depot.addAsset('3-compartment'))),
    ]
    const rentals = await Promise.all(lent.map((asset) => depot.lend(user, asset)))

    const settled = await Promise.all(brought.map((asset) => depot.scan(user, asset)))

    const ids = settled.flatMap(({ rental_id }) => rental_id ?? [])
    expect(ids.toSorted()).toEqual(rentals.map(({ id }) => id).toSorted())
    expect(settled.filter(({ reason }) => reason === 'no_eligible_rental')).toHaveLength(3)
  })
})
