import { relative } from 'node:path'
import { draftMigration, isDrafted, migrate, migrationStatus } from '@mainspring/data'
import { eventTables } from '@mainspring/events'
import { resourceTables } from '@mainspring/resource'
import { type Environment, migrationSets, ownTables } from '../running-service.ts'
import type { Service } from '../service.ts'
import { print, UsageError } from './terminal.ts'
import { withDatabase } from './with-database.ts'

/** Applies what is pending, unless only the status is asked for, and lists all. */
export async function applyMigrations(
  services: readonly Service[],
  environment: Environment,
  onlyStatus: boolean,
): Promise<void> {
  for (const service of services) {
    await withDatabase(service, environment, async ({ engine }, log) => {
      if (!onlyStatus) await migrate(engine, migrationSets(service), log)
      const { applied, pending } = await migrationStatus(engine, migrationSets(service))
      for (const name of applied) print(`${service.name}  applied  ${name}`)
      for (const name of pending) print(`${service.name}  pending  ${name}`)
    })
  }
}

/** How a migration is drafted. */
export interface DraftOptions {
  readonly name: string | undefined
  /** Only fails when one is missing. */
  readonly onlyCheck: boolean
  /** `old=new`. */
  readonly renamed: readonly string[]
}

/** Drafts the migrations that the entities want. */
export function draftMigrations(services: readonly Service[], { name, onlyCheck, renamed }: DraftOptions): void {
  const renames = Object.fromEntries(renamed.map((pair) => pair.split('=')))
  const drafted: string[] = []
  for (const set of [resourceTables, eventTables, ...services.map(ownTables)]) {
    if (onlyCheck) {
      if (isDrafted(set)) continue
      throw new UsageError(`The entities of ${set.name} changed, and no migration was drafted: make migration NAME=…`)
    }
    if (name === undefined) throw new UsageError('A migration needs a name: make migration NAME=add-teeth')
    drafted.push(...draftMigration(set, name, renames))
  }
  if (onlyCheck) return
  print(drafted.map((file) => relative('.', file)).join('\n') || 'Nothing has changed since the last migration.')
}
