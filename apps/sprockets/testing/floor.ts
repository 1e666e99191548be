import { createLog, systemClock } from '@mainspring/core'
import type { Database } from '@mainspring/data'
import { eventTables, type Writes } from '@mainspring/events'
import { resourceTables } from '@mainspring/resource'
import { createTeller, openEntities, type Teller } from '@mainspring/testing'
import { sprockets } from '../app.ts'

/** A factory floor in an empty database, which the caller closes. */
export interface Floor {
  readonly database: Database
  /** Runs a use case as one unit of work. */
  readonly write: <T>(job: (needs: Writes) => Promise<T>) => Promise<T>
  /** The events that were emitted while something was done. */
  readonly listen: Teller['listen']
}

/** Opens a floor in an empty database: in memory unless told otherwise. */
export async function openFloor(url = 'sqlite::memory:'): Promise<Floor> {
  const { entities, events } = sprockets
  const database = await openEntities(url, { entities, tables: [...resourceTables.tables, ...eventTables.tables] })
  const ports = { clock: systemClock, log: createLog({ level: 'silent' }) }
  const teller = createTeller({ service: 'sprockets', database, instance: 'floor', ...ports }, events)
  return {
    database,
    write: (job) => database.write((db) => job({ ...ports, ...teller.publishing(db), db })),
    listen: teller.listen,
  }
}
