import { existsSync } from 'node:fs'
import { link, mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError, syncFile, syncFolder, unavailable } from '@mainspring/core'
import type { Engine } from '../engine.ts'
import { BUSY_TIMEOUT, connect, lockFile, toFault } from './sqlite.ts'

/**
 * Copies an embedded database as it is at this moment into a file that must not be there, durably. Whoever has it open
 * goes on reading and writing, and needs not be asked.
 *
 * `VACUUM INTO` reads in one transaction, which writers cannot hold up; node:sqlite's `backup()` begins anew with each
 * write of another process. The copy is one file without a log beside it, and without the remains of deleted rows.
 */
export async function copySqlite(file: string, copy: string): Promise<void> {
  withFaults(() => {
    const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT })
    try {
      database.prepare('VACUUM INTO ?').run(copy)
    } finally {
      database.close()
    }
  })
  await syncFile(copy)
}

/** Opens an embedded database for reading, whoever has it; an engine as far as a history needs one. */
export function readSqlite(file: string): Pick<Engine, 'name' | 'schema' | 'reader' | 'close'> {
  const database = withFaults(() => new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT }))
  return { name: 'sqlite', schema: undefined, reader: connect(database), close: async () => database.close() }
}

/** What is broken in an embedded database, in SQLite's words; undefined when nothing is. Reads all of it. */
export function findDamage(file: string): string | undefined {
  try {
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      const [row] = database.prepare('PRAGMA integrity_check(1)').all()
      return row?.integrity_check === 'ok' ? undefined : String(row?.integrity_check)
    } finally {
      database.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Keeps every process from opening an embedded database until the function that it answers is called. Throws
 * `database_in_use` when one has it.
 */
export async function lockSqlite(file: string): Promise<() => void> {
  await mkdir(dirname(file), { recursive: true })
  const lock = await lockFile(file, 0)
  return () => lock.close()
}

/**
 * Puts `next`, a closed database in the same folder, in the place of `file`, and keeps what was there under the name
 * `aside`. The caller has the lock. Killed at any moment, it leaves the old database or the new one, whole and durable;
 * never a new one beside the log of the old one, which would be replayed into it. Throws `database_in_use` when
 * somebody reads the old one.
 */
export async function replaceSqlite(file: string, next: string, aside: string): Promise<void> {
  const folder = dirname(file)
  await syncFile(next)
  if (existsSync(file)) {
    settleSqlite(file)
    const parts = ['', ...LOGS].filter((ending) => existsSync(file + ending))
    for (const ending of parts) await link(file + ending, aside + ending)
    await syncFolder(folder)
  }
  for (const ending of LOGS) await rm(file + ending, { force: true })
  await syncFolder(folder)
  await rename(next, file)
  await syncFolder(folder)
}

/** The endings of what SQLite keeps beside a database. */
const LOGS = ['-journal', '-wal', '-shm']

/**
 * Brings the log of whoever was killed into the database; SQLite removes it when the last one closes that. Throws
 * `database_in_use` when somebody reads what is older than the log.
 */
export function settleSqlite(file: string): void {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT })
  try {
    database.exec('SELECT 1 FROM sqlite_master')
    const state = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
    if (state?.busy === 1) throw unavailable('database_in_use', { detail: `Another process reads ${file}.` })
  } catch (error) {
    if (error instanceof AppError) throw error
    // It is broken, perhaps the reason for all this. Its log is kept beside it.
  } finally {
    database.close()
  }
}

function withFaults<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw toFault(error)
  }
}
