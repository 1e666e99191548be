import { type RawBuilder, sql } from 'kysely'
import type { EngineName } from './engine.ts'

/**
 * The moment by the clock of the database, so many milliseconds later, to be compared with timestamps and stored as one: for
 * leases, since that is the only clock that all processes share. It stands still within a statement.
 */
export function databaseTime(engine: EngineName, milliseconds: number | RawBuilder<number> = 0): RawBuilder<string> {
  switch (engine) {
    case 'sqlite':
      return sql`strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (${milliseconds} / 1000.0) || ' seconds')`
    case 'postgres':
      return sql`(statement_timestamp() + ${milliseconds}::float8 * interval '1 millisecond')`
    case 'mysql':
      return sql`(now(3) + interval (${milliseconds} * 1000) microsecond)`
  }
}
