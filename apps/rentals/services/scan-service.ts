import { canonicalMoment, invalidFields, isMoment, type ObjectOf, text } from '@mainspring/core'
import type { Selects, TablesOf } from '@mainspring/data'
import type { Writes } from '@mainspring/events'
import { qrKeyOf } from '../entities/qr-data.ts'
import { Rental } from '../entities/rental.ts'
import { Return } from '../entities/return.ts'
import { ReturnRequested } from '../events.ts'

type Needs = Pick<Writes, 'db' | 'emit'>

const { location_id, user_qr_data, asset_qr_data, scan_time } = Return.fields

/** What a scanner sends. */
export const scanFields = { location_id, user_qr_data, asset_qr_data, scan_time }

export type Scan = ObjectOf<typeof scanFields> & { readonly id?: string }

/**
 * Takes a scan down, and asks for it to be settled. The same user, container, place and moment again find the first return,
 * however their codes are spelt.
 */
export async function recordReturn(needs: Needs, scan: Scan): Promise<Return> {
  return record(needs, scan, null)
}

/** What older clients send when they return a rental. */
export const olderScanFields = {
  location_id,
  user_qr_data,
  asset_qr_data,
  timestamp: text({
    max: 40,
    example: '2026-11-20T09:30:00',
    description: 'When it was scanned; UTC without an offset.',
  }),
}

/** Takes down a scan that may settle this rental and no other. */
export async function recordReturnOf(
  needs: Needs,
  { id, timestamp, ...scan }: ObjectOf<typeof olderScanFields> & { readonly id: string },
): Promise<Return> {
  const rental = await needs.db.get(Rental, id)
  return record(needs, { ...scan, scan_time: readTimestamp(timestamp) }, rental.id)
}

type Scans = TablesOf<[typeof Return]> & {
  readonly returns: { readonly asset_key: string; readonly user_key: string }
}

async function record({ db, emit }: Needs, scan: Scan, expected_rental_id: string | null): Promise<Return> {
  const { location_id } = scan
  const [asset_key, user_key] = [qrKeyOf(scan.asset_qr_data), qrKeyOf(scan.user_qr_data)]
  const scan_time = canonicalMoment(scan.scan_time)
  await db.lockKeys([`scan/${asset_key}/${user_key}/${location_id}/${scan_time}`])
  const [known] = await db.query((query: Selects<Scans>) =>
    query
      .selectFrom('returns')
      .select('id')
      .where('asset_key', '=', asset_key)
      .where('user_key', '=', user_key)
      .where('scan_time', '=', String(db.encode('timestamp', scan_time)))
      .where('location_id', '=', location_id),
  )
  if (known) return db.get(Return, known.id)

  const made = await db.insert(Return, { ...scan, expected_rental_id })
  const { id: return_id, user_qr_data, asset_qr_data } = made
  const said = { return_id, location_id, user_qr_data, asset_qr_data, scan_time, expected_rental_id }
  await emit(ReturnRequested, said)
  return made
}

function readTimestamp(given: string): string {
  const moment = [given, `${given}Z`].find(isMoment)
  if (moment !== undefined) return canonicalMoment(moment)
  const detail = 'Must be a moment, such as 2026-11-20T09:30:00 or 2026-11-20T10:30:00+01:00.'
  throw invalidFields([{ field: 'timestamp', code: 'format', detail }])
}
