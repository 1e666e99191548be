import type { Engine } from '../engine.ts'
import { compareHistory, createHistory } from './history.ts'
import { type MigrationSet, migrationName, readMigrations } from './migration-file.ts'

/** The migrations of some sets by name (`sprockets/0002_color.sql`), in the order of application. */
export interface MigrationStatus {
  readonly applied: readonly string[]
  /** Also one that has stopped halfway on MariaDB or MySQL, with which `migrate` would go on. */
  readonly pending: readonly string[]
}

/** Tells how far a database is. Changes nothing; throws where `migrate` would refuse to begin. */
export async function migrationStatus(engine: Engine, sets: readonly MigrationSet[]): Promise<MigrationStatus> {
  const migrations = await readMigrations(engine.name, sets)
  const progress = compareHistory(migrations, await createHistory(engine).read(engine.reader))
  const { applied = [], pending = [] } = Object.groupBy(progress, ({ mark }) =>
    mark?.finish_time ? 'applied' : 'pending',
  )
  return {
    applied: applied.map(({ migration }) => migrationName(migration)),
    pending: pending.map(({ migration }) => migrationName(migration)),
  }
}
