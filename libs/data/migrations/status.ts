import type { Engine } from '../engine.ts'
import { compareHistory, createHistory } from './history.ts'
import { type MigrationSet, readMigrations } from './migration-file.ts'

/** How far one migration is. */
export interface MigrationState {
  readonly set: string
  readonly file: string
  /** `begun` was interrupted or has failed on MariaDB or MySQL; the next `migrate` goes on with it. */
  readonly state: 'applied' | 'begun' | 'pending'
  /** When it was applied, RFC 3339. */
  readonly time: string | null
}

/** Lists the migrations of some sets in the order of application. Changes nothing; throws where `migrate` would refuse to begin. */
export async function migrationStatus(
  engine: Engine,
  sets: readonly MigrationSet[],
): Promise<readonly MigrationState[]> {
  const migrations = await readMigrations(engine.name, sets)
  const marks = await createHistory(engine).read(engine.reader)
  return compareHistory(migrations, marks).map(({ migration: { set, file }, mark }) => ({
    set,
    file,
    state: mark === undefined ? 'pending' : mark.finish_time === null ? 'begun' : 'applied',
    time: mark?.finish_time ?? null,
  }))
}
