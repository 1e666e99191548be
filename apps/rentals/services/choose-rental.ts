import type { Asset } from '../entities/asset.ts'
import type { Rental } from '../entities/rental.ts'

/**
 * The rental that a container settles, of those that its user has open: its own, else the one among those for which it may
 * come back that expires first. What had not expired at the scan comes before what had: nobody shall be late for one while
 * another can still be in time.
 */
export function chooseRental(open: readonly Rental[], asset: Asset, scan_time: string): Rental | undefined {
  const own = open.filter(({ asset_id }) => asset_id === asset.id)
  const eligible = open.filter(({ eligible_asset_types }) => eligible_asset_types.includes(asset.asset_type))
  return (own.length > 0 ? own : eligible).toSorted(byUrgency(scan_time))[0]
}

/** Whether a scan at this moment is late. Moments are in UTC with milliseconds, so that their order is that of the texts. */
export const isLate = ({ expire_time }: Rental, scan_time: string): boolean => scan_time > expire_time

const byUrgency =
  (scan_time: string) =>
  (a: Rental, b: Rental): number =>
    Number(isLate(a, scan_time)) - Number(isLate(b, scan_time)) ||
    compare(a.expire_time, b.expire_time) ||
    compare(a.create_time, b.create_time) ||
    compare(a.id, b.id)

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
