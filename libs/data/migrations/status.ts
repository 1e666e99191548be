import type { Engine } from '../engine.ts'
import { compareHistory, createHistory } from './history.ts'
import { type MigrationSet, migrationName, readMigrations } from './migration-file.ts'

/** The migrations of some sets by name (`sprockets/0002_color.sql`), in the order of application. */
export interface MigrationStatus {
  readonly applied: readonly string[]
  /** Also one that has stopped halfway on MariaDB or MySQL, with which `migrate` would go on. */
  readonly pending: readonly string[]
}

/** As much of a database as its history needs. */
export type ReadableEngine = Pick<Engine, 'name' | 'schema' | 'reader'>

/** Tells how far a database is. Changes nothing; throws where `migrate` would refuse to begin. */
export async function migrationStatus(engine: ReadableEngine, sets: readonly MigrationSet[]): Promise<MigrationStatus> {
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

/** The migrations of a set that a database says it has, known here or not. */
export async function recordedMigrations(engine: ReadableEngine, set: string): Promise<readonly string[]> {
  const marks = await createHistory(engine).read(engine.reader)
  return marks
    .filter((mark) => mark.set === set && mark.finish_time !== null)
    .map(migrationName)
    .sort()
}
