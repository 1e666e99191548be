import { toTimestamp } from '@mainspring/core'
import { newRow } from '@mainspring/data'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ASSET_TYPES, Asset, type AssetType, eligibleTypesFor } from '../entities/asset.ts'
import { Rental } from '../entities/rental.ts'
import { newRental } from '../testing/depot.ts'
import { chooseRental } from './choose-rental.ts'

const NOON = Date.parse('2026-11-20T12:00:00Z')
const identity = (id: string) => ({ id, now: toTimestamp(NOON), version: 1 })

const assetOf = (id: string, asset_type: AssetType) => newRow(Asset, { asset_type }, identity(id)) as Asset

function rentalOf(id: string, asset_id: string, type: AssetType, due: number): Rental {
  const expire_time = toTimestamp(NOON + due)
  const values = newRental({ asset_id, eligible_asset_types: eligibleTypesFor(type), expire_time })
  return newRow(Rental, values, identity(id)) as Rental
}

/** What may come back for what, written down as people would say it. */
const MAY_COME_BACK_FOR: Readonly<Record<AssetType, string>> = {
  '3-compartment': '3-compartment clamshell',
  clamshell: '3-compartment clamshell',
  'large-bowl': 'large-bowl small-bowl',
  'small-bowl': 'large-bowl small-bowl',
  mug: 'mug',
}

test('a container comes back for another of its kind, and of no other', () => {
  for (const type of ASSET_TYPES) expect(eligibleTypesFor(type).toSorted().join(' ')).toBe(MAY_COME_BACK_FOR[type])
})

/** Few containers and moments, so that they meet. */
const lent = fc.record({
  asset_id: fc.constantFrom('a', 'b', 'c'),
  type: fc.constantFrom(...ASSET_TYPES),
  due: fc.integer({ min: -3, max: 3 }),
})

test('the rental that a scan settles is the first by the rules, whatever the order in which they are found', () => {
  fc.assert(
    fc.property(fc.array(lent, { maxLength: 6 }), lent, fc.nat(), (all, scanned, turn) => {
      const open = all.map(({ asset_id, type, due }, index) => rentalOf(`r${index}`, asset_id, type, due))
      const asset = assetOf(scanned.asset_id, scanned.type)
      const scan_time = toTimestamp(NOON)

      const chosen = chooseRental(open, asset, scan_time)

      // Stated anew, one rule after the other: each leaves those that no other beats by it.
      let left = all.map((each, index) => ({ ...each, id: `r${index}` }))
      const own = left.filter(({ asset_id }) => asset_id === scanned.asset_id)
      left = own.length > 0 ? own : left.filter(({ type }) => MAY_COME_BACK_FOR[type].split(' ').includes(scanned.type))
      const inTime = left.filter(({ due }) => due >= 0)
      if (inTime.length > 0) left = inTime
      const soonest = Math.min(...left.map(({ due }) => due))
      left = left.filter(({ due }) => due === soonest)
      expect(chosen?.id).toBe(left[0]?.id)

      const turned = [...open.slice(turn % 7), ...open.slice(0, turn % 7)].toReversed()
      expect(chooseRental(turned, asset, scan_time)?.id).toBe(chosen?.id)
    }),
    { numRuns: 500 },
  )
})

test('a rental is in time up to the moment at which it expires', () => {
  const [due, later] = [rentalOf('due', 'x', 'mug', 0), rentalOf('later', 'y', 'mug', 1)]
  const mug = assetOf('z', 'mug')

  expect(chooseRental([later, due], mug, toTimestamp(NOON))?.id).toBe('due')
  expect(chooseRental([later, due], mug, toTimestamp(NOON + 1))?.id).toBe('later')
  expect(chooseRental([later, due], mug, toTimestamp(NOON + 2))?.id).toBe('due')
})
