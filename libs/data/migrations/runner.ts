import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '@mainspring/core'
import type { Connection, Engine, EngineName } from '../engine.ts'
import { applyAtOnce, applyOnSqlite, applyStatementwise } from './apply.ts'
import { compareHistory, createHistory } from './history.ts'
import { type MigrationSet, migrationName, readMigrations } from './migration-file.ts'

/**
 * Applies what is pending of some sets, set after set, each in the order of its files, under a lock: of several
 * instances that start at once, one does the work while the others wait and then find it done. Returns the names of the
 * migrations that this call has applied.
 *
 * On SQLite and PostgreSQL a file is one transaction. MariaDB and MySQL commit each DDL statement by itself, so there
 * each statement is marked, and a call goes on where the last one was stopped.
 *
 * Throws, before anything is changed, when files and history do not fit (see `compareHistory`), and with file, step and
 * reason when a statement fails.
 */
export async function migrate(engine: Engine, sets: readonly MigrationSet[], log: Log): Promise<readonly string[]> {
  const migrations = await readMigrations(engine.name, sets)
  const history = createHistory(engine)
  return engine.session(async (connection) => {
    await limitWaiting(engine.name, connection)
    await lock(engine.name, connection, log)
    await history.create(connection)
    const progress = compareHistory(migrations, await history.read(connection))
    const pending = progress.filter(({ mark }) => !mark?.finish_time)
    for (const { migration, mark } of pending) {
      const start = performance.now()
      await appliers[engine.name]({ engine, connection, history, migration, mark })
      log.info({ migration: migrationName(migration), milliseconds: Math.round(performance.now() - start) }, 'migrated')
    }
    return pending.map(({ migration }) => migrationName(migration))
  })
}

const appliers = { sqlite: applyOnSqlite, postgres: applyAtOnce, mysql: applyStatementwise }

/** Everybody who comes after it waits behind an ALTER that waits for a long reader, so it gives up after 3 s. */
async function limitWaiting(engine: EngineName, connection: Connection): Promise<void> {
  if (engine === 'postgres') await connection.run(`set lock_timeout = '3s'`)
  if (engine === 'mysql') await connection.run('set session lock_wait_timeout = 3')
}

/** Milliseconds. Who asks again holds up nobody, while a query that waits keeps PostgreSQL from cleaning up. */
const ASK_AGAIN_AFTER = 100

/** Waits for the lock, which ends with the session. SQLite's writer, which belongs to one session at a time, is one. */
async function lock(engine: EngineName, connection: Connection, log: Log): Promise<void> {
  if (engine === 'sqlite') return
  for (let attempts = 0; ; attempts++) {
    const { rows } = await connection.run(locks[engine])
    if (Number(rows[0]?.locked) === 1) return
    if (attempts === 0) log.info('waiting for another instance that migrates')
    await sleep(ASK_AGAIN_AFTER)
  }
}

const locks = {
  postgres: `select pg_try_advisory_lock(hashtextextended('mainspring migrations of ' || current_schema(), 0))::int as locked`,
  mysql: `select get_lock(concat('mainspring ', md5(database())), 0) as locked`,
}
