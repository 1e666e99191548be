import { describeEachEngine } from '@mainspring/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Asset } from '../entities/asset.ts'
import { Rental } from '../entities/rental.ts'
import type { User } from '../entities/user.ts'
import { DAY, type Depot, HOUR, openDepot, TERMS } from '../testing/depot.ts'
import { checkOut, flagOverdue, forgiveRental, MOST_FLAGGED } from './rental-service.ts'

describeEachEngine('a rental', (engine) => {
  let depot: Depot
  let user: User
  beforeAll(async () => {
    depot = await openDepot(await engine.createUrl())
    user = await depot.addUser()
  })
  afterAll(() => depot.database.close())

  test('begins at the checkout and ends after the usual period, with what may come back for it', async () => {
    const bowl = await depot.addAsset('large-bowl')

    const rental = await take(bowl)

    expect(rental).toMatchObject({
      user_id: user.id,
      asset_id: bowl.id,
      created_at_location_id: 'market',
      status: 'IN_PROGRESS',
      expire_time: depot.at(TERMS.period),
      eligible_asset_types: ['large-bowl', 'small-bowl'],
      returned_at_location_id: null,
      return_time: null,
    })
    expect(await depot.asset(bowl)).toMatchObject({ state: 'OUT' })
  })

  test('ends when it was said to', async () => {
    const rental = await take(await depot.addAsset('mug'), depot.at(HOUR))

    expect(rental.expire_time).toBe(depot.at(HOUR))
  })

  test('is made by one of twenty who want the same container at once', async () => {
    const mugs = await Promise.all(Array.from({ length: 5 }, () => depot.addAsset('mug')))

    const races = mugs.map((mug) => Promise.allSettled(Array.from({ length: 20 }, () => take(mug))))
    const results = (await Promise.all(races)).flat()

    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(reasons).toHaveLength(5 * 19)
    for (const reason of reasons) {
      expect(reason).toMatchObject({ kind: 'conflict', code: 'asset_out', errors: [{ field: 'asset_id' }] })
    }
    for (const mug of mugs) {
      expect(await rentalsOf(mug)).toBe(1)
      expect(await depot.asset(mug)).toMatchObject({ state: 'OUT' })
    }
  })

  test.each([
    ['asset_id', { asset_id: 'nothing' }],
    ['user_id', { user_id: 'nobody' }],
    ['created_at_location_id', { created_at_location_id: 'nowhere' }],
  ])('needs what %s names, and leaves the container where it is without', async (field, overrides) => {
    const mug = await depot.addAsset('mug')
    const wanted = { user_id: user.id, asset_id: mug.id, created_at_location_id: 'market', expire_time: null }

    const refused = depot.write((needs) => checkOut(needs, { ...wanted, ...overrides }))

    await expect(refused).rejects.toMatchObject({ code: 'reference_not_found', errors: [{ field }] })
    expect(await depot.asset(mug)).toMatchObject({ state: 'AVAILABLE' })
  })

  test.each([
    ['IN_PROGRESS', {}],
    ['FLAGGED', {}],
    ['FLAGGED', { return_time: '2026-11-20T12:00:00.000Z' }],
  ] as const)('that is %s can be forgiven, %j', async (status, overrides) => {
    const mug = await depot.addAsset('mug')
    const rental = await depot.lend(user, mug, { status, ...overrides })

    const forgiven = await forgive(rental)

    expect(forgiven).toMatchObject({ status: 'FORGIVEN', return_time: rental.return_time })
    expect(await depot.asset(mug)).toMatchObject({ state: 'OUT' })
  })

  test.each(['COMPLETED', 'FORGIVEN'] as const)('that is %s cannot be forgiven', async (status) => {
    const rental = await depot.lend(user, await depot.addAsset('mug'), { status })

    await expect(forgive(rental)).rejects.toMatchObject({ kind: 'conflict', code: 'rental_closed' })
    expect(await depot.rental(rental)).toEqual(rental)
  })

  test('is flagged when it is overdue by more than the grace, once, and no other is', async () => {
    const lend = async (due: number, overrides = {}) =>
      depot.lend(user, await depot.addAsset('mug'), { expire_time: depot.at(due), ...overrides })
    const overdue = await lend(-TERMS.grace - 1)
    const others = [
      await lend(-TERMS.grace),
      await lend(DAY),
      await lend(-9 * DAY, { status: 'FORGIVEN' }),
      await lend(-9 * DAY, { status: 'COMPLETED', return_time: depot.at() }),
      await lend(-9 * DAY, { status: 'FLAGGED' }),
    ]

    const counts = [await depot.write(flagOverdue), await depot.write(flagOverdue)]

    expect(counts).toEqual([1, 0])
    expect(await depot.rental(overdue)).toMatchObject({ status: 'FLAGGED', return_time: null })
    for (const other of others) expect(await depot.rental(other)).toEqual(other)
  })

  test('is flagged once by many who do it at once, so many at a time', async () => {
    const mug = await depot.addAsset('mug')
    const [first] = await Promise.all(
      Array.from({ length: MOST_FLAGGED + 20 }, () => depot.lend(user, mug, { expire_time: depot.at(-3 * DAY) })),
    )

    const counts = await Promise.all([depot.write(flagOverdue), depot.write(flagOverdue), depot.write(flagOverdue)])
    for (let flagged = 1; flagged > 0; counts.push(flagged)) flagged = await depot.write(flagOverdue)

    expect(Math.max(...counts)).toBeLessThanOrEqual(MOST_FLAGGED)
    expect(counts.reduce((sum, count) => sum + count)).toBe(MOST_FLAGGED + 20)
    expect(first && (await depot.rental(first))).toMatchObject({ status: 'FLAGGED' })
  })

  const take = (asset: Asset, expire_time: string | null = null) =>
    depot.write((needs) =>
      checkOut(needs, { user_id: user.id, asset_id: asset.id, created_at_location_id: 'market', expire_time }),
    )
  const forgive = ({ id }: Rental) => depot.write((needs) => forgiveRental(needs, { id }))
  const rentalsOf = async ({ id }: Asset) => {
    const { rows } = await depot.database.reader.page(Rental, {
      order: [{ field: 'id', descending: false }],
      limit: 999,
    })
    return rows.filter(({ asset_id }) => asset_id === id).length
  }
})
