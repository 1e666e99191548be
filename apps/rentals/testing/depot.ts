import { createLog, createManualClock, type ManualClock, toTimestamp } from '@mainspring/core'
import type { Database } from '@mainspring/data'
import { createServiceEvents, eventTables, type Listener, memorySource } from '@mainspring/events'
import { resourceTables } from '@mainspring/resource'
import { createFactory, createTeller, openEntities, type Told } from '@mainspring/testing'
import { rentals } from '../app.ts'
import type { RentalWrites, Terms } from '../context.ts'
import { Asset, type AssetType, eligibleTypesFor } from '../entities/asset.ts'
import { Location } from '../entities/location.ts'
import { writeQrData } from '../entities/qr-data.ts'
import { Rental } from '../entities/rental.ts'
import type { Return } from '../entities/return.ts'
import { User } from '../entities/user.ts'
import { settleReturn } from '../services/return-service.ts'
import { recordReturn } from '../services/scan-service.ts'

export const newUser = createFactory(User)
export const newAsset = createFactory(Asset)
export const newLocation = createFactory(Location)
/** Who has what, and from where, is up to the test. */
export const newRental = createFactory(Rental, { user_id: 'ada', asset_id: 'bowl', created_at_location_id: 'market' })

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const TERMS: Terms = { period: 7 * DAY, rescan: 5 * MINUTE, grace: DAY }

/** Users, containers and two places, `market` and `canteen`, in a database of their own, which the caller closes. */
export interface Depot {
  readonly database: Database
  readonly clock: ManualClock
  /** The moment so many milliseconds from now. */
  readonly at: (distance?: number) => string
  /** What was emitted by units that were committed: the types, and what was said. */
  readonly told: readonly Told[]
  readonly logged: readonly Readonly<Record<string, unknown>>[]
  /** Has the schedules of the service at work, and its listeners or those that are given; returns what ends that. */
  readonly listen: (listeners?: readonly Listener[]) => Promise<() => Promise<void>>
  /** Runs a use case as one unit of work. */
  readonly write: <T>(job: (needs: RentalWrites) => Promise<T>) => Promise<T>
  readonly addUser: () => Promise<User>
  readonly addAsset: (asset_type: AssetType) => Promise<Asset>
  /** Puts a container into somebody's hands, as a checkout does, with anything of the rental overridden. */
  readonly lend: (user: User, asset: Asset, overrides?: Parameters<typeof newRental>[0]) => Promise<Rental>
  /** Takes down a scan at `market`, now unless told otherwise. */
  readonly record: (user: string, asset: string, overrides?: Overrides) => Promise<Return>
  /** The same, and settles it. */
  readonly scan: (user: User, asset: Asset, overrides?: Overrides) => Promise<Return>
  readonly settle: (scan: Return) => Promise<Return>
  readonly rental: (rental: Rental) => Promise<Rental>
  readonly asset: (asset: Asset) => Promise<Asset>
}

type Overrides = Partial<Pick<Return, 'scan_time' | 'location_id'>>

/** Opens a depot in an empty database: in memory unless told otherwise. */
export async function openDepot(url = 'sqlite::memory:'): Promise<Depot> {
  const clock = createManualClock('2026-11-20T12:00:00Z')
  const { entities } = rentals
  const tables = [...resourceTables.tables, ...eventTables.tables]
  const database = await openEntities(url, { entities, tables, clock })
  const logged: Depot['logged'][number][] = []
  const log = createLog({ level: 'info', write: (line) => logged.push(JSON.parse(line)) })
  const store = { service: 'rentals', database, clock, log, instance: 'depot' }
  const teller = createTeller(store, rentals.events)
  const write: Depot['write'] = (job) =>
    database.write((db) => job({ db, clock, log, terms: TERMS, ...teller.publishing(db) }))
  const at: Depot['at'] = (distance = 0) => toTimestamp(clock.now() + distance)
  const record: Depot['record'] = (user, asset, overrides) => {
    const [user_qr_data, asset_qr_data] = [writeQrData(user), writeQrData(asset)]
    const scan = { user_qr_data, asset_qr_data, scan_time: at(), location_id: 'market', ...overrides }
    return write((needs) => recordReturn(needs, scan))
  }
  const settle: Depot['settle'] = async (scan) => {
    const settled = await write((needs) => settleReturn(needs, scan))
    if (!settled) throw new Error(`${scan.path} is gone.`)
    return settled
  }
  await write(({ db }) =>
    db.insertMany(
      Location,
      ['market', 'canteen'].map((id) => newLocation({ id })),
    ),
  )
  return {
    database,
    clock,
    at,
    told: teller.told,
    logged,
    async listen(listeners = rentals.listeners) {
      const events = createServiceEvents(store, { ...rentals, listeners }, { terms: TERMS })
      await events.subscribe([memorySource(events.outbox)])
      events.start()
      return events.stop
    },
    write,
    addUser: () => write(({ db }) => db.insert(User, newUser())),
    addAsset: (asset_type) => write(({ db }) => db.insert(Asset, newAsset({ asset_type }))),
    lend: (user, asset, overrides) =>
      write(async ({ db }) => {
        await db.update(Asset, await db.getForUpdate(Asset, asset.id), { state: 'OUT' })
        return db.insert(
          Rental,
          newRental({
            user_id: user.id,
            asset_id: asset.id,
            expire_time: at(7 * DAY),
            eligible_asset_types: eligibleTypesFor(asset.asset_type),
            ...overrides,
          }),
        )
      }),
    record,
    scan: async (user, asset, overrides) => settle(await record(user.id, asset.id, overrides)),
    settle,
    rental: ({ id }) => database.reader.get(Rental, id),
    asset: ({ id }) => database.reader.get(Asset, id),
  }
}
