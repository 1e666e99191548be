import { systemClock } from '@mainspring/core'
import { copyFixtureMedia, type Environment, loadFixtures, requireMigrations } from '../running-service.ts'
import type { Service } from '../service.ts'
import { print } from './terminal.ts'
import { withDatabase } from './with-database.ts'

/** Loads the fixtures that are missing; with `reset`, makes all anew. */
export async function applyFixtures(
  services: readonly Service[],
  environment: Environment,
  reset: boolean,
): Promise<void> {
  for (const service of services) {
    await withDatabase(service, environment, async (database, log, settings) => {
      await requireMigrations(service, database)
      await copyFixtureMedia(service, settings, log)
      const rows = await loadFixtures(service, database, { log, clock: systemClock, reset })
      if (rows === 0) print(`${service.name}: all fixtures are there`)
    })
  }
}
