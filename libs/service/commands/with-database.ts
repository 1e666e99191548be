import { createLog, type Log, systemClock } from '@mainspring/core'
import type { Database } from '@mainspring/data'
import { checkedSettings, levelOf } from '../checked-settings.ts'
import { type Environment, locationOf, openDatabase } from '../running-service.ts'
import type { Service } from '../service.ts'
import type { KernelSettings } from '../settings.ts'

/** Opens a service's database for a command, and closes it after the work. */
export async function withDatabase(
  service: Service,
  environment: Environment,
  work: (database: Database, log: Log, settings: KernelSettings) => Promise<void>,
): Promise<void> {
  const settings = checkedSettings([service], environment)
  const log = createLog({ level: levelOf(settings), pretty: process.stdout.isTTY })
  const location = locationOf(service.name, settings, environment)
  const database = await openDatabase(service, { settings, environment, location, log, clock: systemClock })
  try {
    await work(database, log, settings)
  } finally {
    await database.close()
  }
}
