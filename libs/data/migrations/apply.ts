import { type Connection, DatabaseFault, type Engine } from '../engine.ts'
import type { History, Mark } from './history.ts'
import { isInEffect } from './in-effect.ts'
import { MigrationError } from './migration-error.ts'
import { type Migration, migrationName } from './migration-file.ts'

/** A migration that is to be applied, and on what. */
export interface Application {
  readonly engine: Engine
  readonly connection: Connection
  readonly history: History
  readonly migration: Migration
  /** There when the migration was begun before. */
  readonly mark: Mark | undefined
}

/**
 * Applies a migration in one transaction with its mark, while foreign keys are off: a table that is made anew is dropped
 * in between, which would delete the rows that point at it. Before the commit all of them are checked.
 */
export async function applyOnSqlite(application: Application): Promise<void> {
  const { connection } = application
  await connection.run('pragma foreign_keys = off') // within a transaction it would do nothing
  try {
    await applyAtOnce(application, async () => {
      const { rows } = await connection.run('pragma foreign_key_check')
      const [row] = rows
      if (row) throw new Error(`rows of ${row.table} point at rows of ${row.parent} that are not there`)
    })
  } finally {
    await connection.run('pragma foreign_keys = on')
  }
}

/** Applies a migration in one transaction with its mark. */
export async function applyAtOnce(
  { connection, history, migration }: Application,
  check?: () => Promise<void>,
): Promise<void> {
  let step = ''
  try {
    await connection.run('begin')
    for (const statement of migration.statements) {
      step = statement.step
      await connection.run(statement.sql)
    }
    if (check) {
      step = 'check of foreign keys'
      await check()
    }
    step = 'commit'
    await history.mark(connection, migration, migration.statements.length)
    await connection.run('commit')
  } catch (error) {
    await connection.run('rollback').catch(() => {}) // a lost connection has done so
    throw failure(migration, step, error, 'Nothing of it was kept.')
  }
}

/**
 * Applies a migration one statement after another, each with its mark: in one transaction, if it is one that can be. The
 * first one after an interruption may have been done without its mark, so it is looked for.
 */
export async function applyStatementwise({ engine, connection, history, migration, mark }: Application): Promise<void> {
  const { statements } = migration
  const first = mark?.statements_done ?? 0
  await history.mark(connection, migration, first) // from here on it is begun, or done if nothing is left of it
  for (let done = first; done < statements.length; done++) {
    const { step, sql } = statements[done] ?? { step: '', sql: '' }
    try {
      const isDone = mark && done === first && (await isInEffect(connection, sql))
      await connection.run('start transaction')
      if (!isDone) await connection.run(spell(engine, sql))
      await history.mark(connection, migration, done + 1)
      await connection.run('commit')
    } catch (error) {
      await connection.run('rollback').catch(() => {})
      throw failure(migration, step, error, `What was done before is kept, and the next call goes on here.`)
    }
  }
}

/** MySQL has MariaDB's collation, by code point and without padding, under another name. */
function spell(engine: Engine, statement: string): string {
  return engine.version.startsWith('MySQL') ? statement.replaceAll('utf8mb4_nopad_bin', 'utf8mb4_0900_bin') : statement
}

function failure(migration: Migration, step: string, error: unknown, consequence: string): MigrationError {
  const cause = error instanceof DatabaseFault ? error.cause : error
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new MigrationError(
    `The migration ${migrationName(migration)} failed at "${step}": ${reason}. ${consequence}`,
    {
      cause: error,
    },
  )
}
