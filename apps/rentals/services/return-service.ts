import { toTimestamp } from '@mainspring/core'
import type { Selects, TablesOf } from '@mainspring/data'
import type { RentalWrites } from '../context.ts'
import { Asset } from '../entities/asset.ts'
import { qrKeyOf, readQrData } from '../entities/qr-data.ts'
import { isOpen, OPEN, Rental } from '../entities/rental.ts'
import { type Reason, Return } from '../entities/return.ts'
import { contactOf, User } from '../entities/user.ts'
import { ReturnCompleted, ReturnRejected } from '../events.ts'
import { chooseRental, isLate } from './choose-rental.ts'

type Needs = Pick<RentalWrites, 'db' | 'emit' | 'terms'>

/**
 * Settles a scan: the rental that it closes, or why it closes none; undefined if the return was deleted meanwhile. The
 * container is there in any case. A return that is settled stays as it is. Rows are locked in one order, return, container,
 * rentals, so that of many scans of one container each sees what became of the one before it.
 */
export async function settleReturn(needs: Needs, { id }: { readonly id: string }): Promise<Return | undefined> {
  const { db } = needs
  const scan = await db.findForUpdate(Return, id)
  if (scan?.state !== 'PENDING') return scan

  const asset_id = readQrData(scan.asset_qr_data)
  const asset = asset_id === undefined ? undefined : await db.findForUpdate(Asset, asset_id)
  const settlement = await decide(needs, scan, asset)
  if (asset?.state === 'OUT') await db.update(Asset, asset, { state: 'AVAILABLE' })
  return typeof settlement === 'string' ? reject(needs, scan, settlement) : complete(needs, scan, settlement)
}

/** Whose container, and which rental it settles. */
interface Settlement {
  readonly rental: Rental
  readonly user: User
  readonly asset: Asset
}

async function complete({ db, emit }: Needs, scan: Return, { rental, user, asset }: Settlement): Promise<Return> {
  // What was flagged while it was out stays so, even if its scan turns out to have been in time.
  const status = rental.status === 'FLAGGED' || isLate(rental, scan.scan_time) ? 'FLAGGED' : 'COMPLETED'
  const { id: return_id, scan_time: return_time, location_id } = scan
  const { id: rental_id, asset_id: rented_asset_id } = rental
  await db.update(Rental, rental, { status, return_time, returned_at_location_id: location_id })
  const said = { return_id, rental_id, status, location_id, return_time, asset_id: asset.id, rented_asset_id } as const
  await emit(ReturnCompleted, { ...said, user: contactOf(user) })
  return db.update(Return, scan, { state: 'COMPLETED', rental_id })
}

async function reject({ db, emit }: Needs, scan: Return, reason: Reason): Promise<Return> {
  const { id: return_id, location_id, scan_time } = scan
  const [user_id = null, asset_id = null] = [readQrData(scan.user_qr_data), readQrData(scan.asset_qr_data)]
  await emit(ReturnRejected, { return_id, reason, location_id, scan_time, user_id, asset_id })
  return db.update(Return, scan, { state: 'REJECTED', reason })
}

async function decide(needs: Needs, scan: Return, asset: Asset | undefined): Promise<Settlement | Reason> {
  const { db } = needs
  const user_id = readQrData(scan.user_qr_data)
  if (user_id === undefined || readQrData(scan.asset_qr_data) === undefined) return 'qr_unreadable'
  const user = await db.find(User, user_id)
  if (!user) return 'user_unknown'
  if (!asset) return 'asset_unknown'
  if (await isRescan(needs, scan)) return 'already_returned'

  const rental = chooseRental(await lockOpenRentals(needs, user_id), asset, scan.scan_time)
  const { expected_rental_id } = scan
  if (expected_rental_id !== null && rental?.id !== expected_rental_id) return 'rental_mismatch'
  return rental ? { rental, user, asset } : 'no_eligible_rental'
}

type Scans = TablesOf<[typeof Return]> & {
  readonly returns: { readonly asset_key: string; readonly user_key: string }
}

/** Whether a scan of the same user and container settled a rental shortly before or after this one, by the scanners' clocks. */
async function isRescan({ db, terms }: Needs, { asset_qr_data, user_qr_data, scan_time }: Return): Promise<boolean> {
  const scanned = Date.parse(scan_time)
  const scans = await db.query((query: Selects<Scans>) =>
    query
      .selectFrom('returns')
      .select('id')
      .where('asset_key', '=', qrKeyOf(asset_qr_data))
      .where('user_key', '=', qrKeyOf(user_qr_data))
      .where('state', '=', 'COMPLETED')
      .where('scan_time', '>=', encodedMoment(db, scanned - terms.rescan))
      .where('scan_time', '<=', encodedMoment(db, scanned + terms.rescan))
      .limit(1),
  )
  return scans.length > 0
}

/** Locked, and looked at again: some may have been closed before they were locked. */
async function lockOpenRentals({ db }: Needs, user_id: string): Promise<readonly Rental[]> {
  const found = await db.query((query: Selects<TablesOf<[typeof Rental]>>) =>
    query
      .selectFrom('rentals')
      .select('id')
      .where('user_id', '=', user_id)
      .where('status', 'in', OPEN)
      .where('return_time', 'is', null),
  )
  const rentals = await db.findManyForUpdate(
    Rental,
    found.map(({ id }) => id),
  )
  return [...rentals.values()].filter(isOpen)
}

const FIRST = Date.parse('0001-01-01T00:00:00.000Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** As the database holds it, which knows no moments beyond these. */
const encodedMoment = (db: Needs['db'], milliseconds: number): string =>
  String(db.encode('timestamp', toTimestamp(Math.min(Math.max(milliseconds, FIRST), LAST))))
