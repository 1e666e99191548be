import { conflict, invalid, type ObjectOf, timestamp, toTimestamp } from '@mainspring/core'
import type { Selects, TablesOf } from '@mainspring/data'
import type { Writes } from '@mainspring/events'
import type { RentalWrites } from '../context.ts'
import { Asset, eligibleTypesFor } from '../entities/asset.ts'
import { Rental } from '../entities/rental.ts'
import { contactOf, User } from '../entities/user.ts'
import { RentalOverdue } from '../events.ts'

const { user_id, asset_id, created_at_location_id } = Rental.fields

/** What makes a rental. */
export const newRentalFields = {
  user_id,
  asset_id,
  created_at_location_id,
  expire_time: timestamp({
    optional: true,
    description: 'By when it is to be back; by default after the usual period (`RENTALS_PERIOD`).',
  }),
}

export type NewRental = ObjectOf<typeof newRentalFields> & { readonly id?: string }

/** Lends a container. Its row is locked, so that of many who want it at once one gets it. */
export async function checkOut(
  { db, clock, terms }: Pick<RentalWrites, 'db' | 'clock' | 'terms'>,
  { expire_time, ...rental }: NewRental,
): Promise<Rental> {
  const asset = await db.findForUpdate(Asset, rental.asset_id)
  if (!asset) {
    const detail = `There is no asset with the id ${rental.asset_id}.`
    throw invalid('reference_not_found', { field: 'asset_id', detail })
  }
  if (asset.state === 'OUT') throw conflict('asset_out', { field: 'asset_id', detail: `${asset.id} is out already.` })

  const lent = await db.insert(Rental, {
    ...rental,
    expire_time: expire_time ?? toTimestamp(clock.now() + terms.period),
    eligible_asset_types: eligibleTypesFor(asset.asset_type),
  })
  await db.update(Asset, asset, { state: 'OUT' })
  return lent
}

/** Lets somebody keep what is out, or off for bringing it late. The container stays out until it is scanned. */
export async function forgiveRental({ db }: Pick<Writes, 'db'>, { id }: { readonly id: string }): Promise<Rental> {
  const rental = await db.getForUpdate(Rental, id)
  if (rental.status !== 'IN_PROGRESS' && rental.status !== 'FLAGGED') {
    throw conflict('rental_closed', { detail: `It is ${rental.status}: there is nothing to forgive.` })
  }
  return db.update(Rental, rental, { status: 'FORGIVEN' })
}

/** How many rentals one call of `flagOverdue` flags at most. */
export const MOST_FLAGGED = 200

/**
 * Flags open rentals that are overdue by more than the grace, those first that are overdue longest; resolves to how many.
 * As long as there are some, there may be more.
 */
export async function flagOverdue({
  db,
  clock,
  emit,
  terms,
}: Pick<RentalWrites, 'db' | 'clock' | 'emit' | 'terms'>): Promise<number> {
  const limit = toTimestamp(clock.now() - terms.grace)
  const found = await db.query((query: Selects<TablesOf<[typeof Rental]>>) =>
    query
      .selectFrom('rentals')
      .select('id')
      .where('status', '=', 'IN_PROGRESS')
      .where('expire_time', '<', String(db.encode('timestamp', limit)))
      .orderBy('expire_time')
      .limit(MOST_FLAGGED),
  )
  const rentals = await db.findManyForUpdate(
    Rental,
    found.map(({ id }) => id),
  )
  // Some may have come back between the two statements.
  const overdue = [...rentals.values()].filter(({ status }) => status === 'IN_PROGRESS')
  const users = await db.findMany(
    User,
    overdue.map(({ user_id }) => user_id),
  )
  for (const [index, rental] of overdue.entries()) {
    const user = users[index]
    if (!user) throw new Error(`${rental.path} refers to ${rental.user_id}, who is not there.`)
    await db.update(Rental, rental, { status: 'FLAGGED' })
    const { id: rental_id, asset_id, created_at_location_id, expire_time } = rental
    await emit(RentalOverdue, { rental_id, asset_id, created_at_location_id, expire_time, user: contactOf(user) })
  }
  return overdue.length
}
