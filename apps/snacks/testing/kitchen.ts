import { createLog, createManualClock, type ManualClock } from '@mainspring/core'
import type { Database, Writer } from '@mainspring/data'
import { eventTables, type Writes } from '@mainspring/events'
import { resourceTables } from '@mainspring/resource'
import { createFactory, createTeller, openEntities, type Teller } from '@mainspring/testing'
import { snacks } from '../app.ts'
import { Extra } from '../entities/extra.ts'
import { Order } from '../entities/order.ts'
import { Pizza } from '../entities/pizza.ts'
import type { NewOrder } from '../services/order-service.ts'
import { newExtra, newPizza } from './menu.ts'

const PHONES = ['+493012345678']
const delivery_address = { street: 'Lindenstraße', house_number: '12a', apt: null, city: 'Berlin', region_code: 'DE' }

/** An order's row: one Margherita, placed, unless told otherwise. */
export const makeOrder = createFactory(Order, {
  contact_phones: PHONES,
  delivery_address,
  packages: [{ pizza_id: 'margherita', name: 'Margherita', price_minor: 1200, quantity: 1, garnishes: [] }],
  total_minor: 1200,
})

/** What somebody sends who orders these packages, each a pizza, how many, and garnishes with how many. */
export const newOrder = (
  packages: readonly (readonly [pizza_id: string, quantity?: number, garnishes?: Readonly<Record<string, number>>])[],
  overrides: Partial<NewOrder> = {},
): NewOrder => ({
  name: 'Ada Lovelace',
  contact_phones: PHONES,
  delivery_address,
  packages: packages.map(([pizza_id, quantity = 1, garnishes = {}]) => ({
    pizza_id,
    quantity,
    garnishes: Object.entries(garnishes).map(([extra_id, quantity]) => ({ extra_id, quantity })),
  })),
  ...overrides,
})

/** A database with a small menu, which the caller closes. */
export interface Kitchen {
  readonly database: Database
  readonly clock: ManualClock
  /** What a use case needs in a unit of work. */
  readonly needs: (db: Writer) => Writes
  /** Runs a use case as one unit of work. */
  readonly write: <T>(job: (needs: Writes) => Promise<T>) => Promise<T>
  /** The events that were emitted while something was done. */
  readonly listen: Teller['listen']
}

/**
 * Opens a kitchen in an empty database, in memory unless told otherwise. There are margherita (12.00, ham for 2.00 and free
 * onion) and funghi (13.50, onion for 1.00), in euros.
 */
export async function openKitchen(url = 'sqlite::memory:'): Promise<Kitchen> {
  const clock = createManualClock('2026-11-20T18:00:00Z')
  const tables = [...resourceTables.tables, ...eventTables.tables]
  const database = await openEntities(url, { entities: snacks.entities, tables, clock })
  const log = createLog({ level: 'silent' })
  const teller = createTeller({ service: 'snacks', database, clock, log, instance: 'kitchen' }, snacks.events)
  const needs: Kitchen['needs'] = (db) => ({ db, clock, log, ...teller.publishing(db) })
  const write: Kitchen['write'] = (job) => database.write((db) => job(needs(db)))
  const menu = [
    newPizza({
      ...{ id: 'margherita', name: 'Margherita', price_minor: 1200 },
      extras: [
        { extra_id: 'ham', free: false },
        { extra_id: 'onion', free: true },
      ],
    }),
    newPizza({ id: 'funghi', name: 'Funghi', price_minor: 1350, extras: [{ extra_id: 'onion', free: false }] }),
  ]
  await write(async ({ db }) => {
    await db.insertMany(Pizza, menu)
    await db.insert(Extra, newExtra({ id: 'ham', name: 'Ham', price_minor: 200 }))
    await db.insert(Extra, newExtra({ id: 'onion', name: 'Onion', price_minor: 100 }))
  })
  return { database, clock, needs, write, listen: teller.listen }
}
