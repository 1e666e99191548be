import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FieldKind, type Log, unavailable } from '@mainspring/core'
import { type Connection, DatabaseFault, type Engine, type FaultKind, type RawValues, type Result } from '../engine.ts'
import { createGroupCommit, type Transactions } from './group-commit.ts'

/** How an embedded database is opened. */
export interface SqliteOptions {
  /** A path, or `:memory:`. */
  readonly file: string
  readonly log: Log
  /** False trades the last few commits before a power cut for speed (`synchronous=NORMAL`). */
  readonly durable?: boolean
  /** Milliseconds to wait for another process to let go of the file; by default as long as a predecessor may drain. */
  readonly patience?: number
}

/**
 * Opens an embedded database: one writer whose concurrent units share durable commits, and a reader that sees committed
 * rows only. One process per file: a second one waits for `patience`, then is told so.
 */
export async function openSqlite({ file, log, durable = true, patience = 9_000 }: SqliteOptions): Promise<Engine> {
  const inMemory = file === ':memory:'
  if (!inMemory) mkdirSync(dirname(file), { recursive: true })
  const lock = inMemory ? undefined : await lockFile(file, patience, log)
  const writer = openFile(file, durable)
  const write = connect(writer)
  const group = createGroupCommit(transactionsOf(writer), write)
  const reading = inMemory ? writer : new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT })
  const read = inMemory ? afterGroups(write, group.idle) : connect(reading)
  return {
    name: 'sqlite',
    version: `SQLite ${(await write.run('SELECT sqlite_version() AS version')).rows[0]?.version}`,
    schema: undefined,
    reader: read,
    transaction: group.transaction,
    runAll: (statements) =>
      group.transaction(async ({ run }) => {
        for (const { sql, parameters } of statements) await run(sql, parameters)
      }),
    session: group.session,
    encode,
    decoder: (kind) => decoders[kind],
    async close() {
      await group.close()
      if (reading !== writer) reading.close()
      writer.close()
      lock?.close()
    },
  }
}

/** Milliseconds to wait for a lock of another connection. */
export const BUSY_TIMEOUT = 5_000

/** Prepared, because these few statements come with every unit. */
function transactionsOf(database: DatabaseSync): Transactions {
  const prepare = createPreparer(database, false)
  return {
    exec: (sql) => void prepare(sql).statement.run(),
    get isTransaction() {
      return database.isTransaction
    },
  }
}

function openFile(file: string, durable: boolean): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true })
  database.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=${durable ? 'FULL' : 'NORMAL'}; PRAGMA temp_store=MEMORY`)
  return database
}

/**
 * An exclusive transaction held open on a file beside the database. The system ends it with the process, however that
 * ends, so no stale lock is ever left.
 */
export async function lockFile(file: string, patience: number, log?: Log): Promise<DatabaseSync> {
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 })
  for (let waited = 0; ; waited += 100) {
    try {
      lock.exec('BEGIN EXCLUSIVE')
      return lock
    } catch (error) {
      if (sqliteCode(error) !== SQLITE_BUSY) throw error
      if (waited >= patience) {
        lock.close()
        throw unavailable('database_in_use', {
          detail: `Another process has ${file} open; an embedded database belongs to one process.`,
          cause: error,
        })
      }
      if (waited === 0) log?.warn({ file }, 'waiting for another process to let go of the database')
      await sleep(100)
    }
  }
}

interface Prepared {
  readonly statement: StatementSync
  readonly answersRows: boolean
}

const MOST_STATEMENTS = 500

/** Statements are kept by their text: preparing one anew costs as much as running it. */
function createPreparer(database: DatabaseSync, asValues: boolean): (sql: string) => Prepared {
  const statements = new Map<string, Prepared>()
  return (sql) => {
    const known = statements.get(sql)
    if (known && statements.size < MOST_STATEMENTS) return known
    if (known) {
      // From now on the last one: those that are used stay.
      statements.delete(sql)
      statements.set(sql, known)
      return known
    }
    const statement = database.prepare(sql)
    statement.setReturnArrays(asValues)
    const prepared = { statement, answersRows: statement.columns().length > 0 }
    const oldest = statements.keys().next().value
    if (statements.size >= MOST_STATEMENTS && oldest !== undefined) statements.delete(oldest)
    statements.set(sql, prepared)
    return prepared
  }
}

/** A connection on which each statement runs at once; statements are kept by their text. */
export function connect(database: DatabaseSync): Connection {
  const prepare = createPreparer(database, false)
  const prepareValues = createPreparer(database, true)
  const run = (sql: string, parameters: readonly unknown[]): Result => {
    const { statement, answersRows } = prepare(sql)
    if (answersRows) {
      const rows = statement.all(...(parameters as SQLInputValue[]))
      return { rows, affected: rows.length }
    }
    return { rows: [], affected: Number(statement.run(...(parameters as SQLInputValue[])).changes) }
  }
  return {
    async run(sql, parameters = []) {
      try {
        return run(sql, parameters)
      } catch (error) {
        throw toFault(error)
      }
    },
    async values(sql, parameters = []) {
      try {
        const rows: unknown = prepareValues(sql).statement.all(...(parameters as SQLInputValue[]))
        return rows as readonly RawValues[]
      } catch (error) {
        throw toFault(error)
      }
    },
  }
}

/** In memory there is one connection, so a read waits until no unit is half done. */
function afterGroups(connection: Connection, idle: () => Promise<void>): Connection {
  return {
    async run(sql, parameters) {
      await idle()
      return connection.run(sql, parameters)
    },
    async values(sql, parameters) {
      await idle()
      return connection.values(sql, parameters)
    },
  }
}

function encode(kind: FieldKind, value: unknown): unknown {
  if (value === null) return null
  if (kind === 'boolean') return value ? 1 : 0
  return kind === 'json' ? JSON.stringify(value) : value
}

const decoders: { readonly [K in FieldKind]?: (raw: unknown) => unknown } = {
  boolean: (raw) => raw !== 0,
  json: (raw) => JSON.parse(String(raw)),
}

// Result codes: https://sqlite.org/rescode.html
const SQLITE_BUSY = 5
const faults: Readonly<Record<number, FaultKind>> = {
  5: 'lock_timeout',
  10: 'unavailable', // I/O error
  11: 'unavailable', // malformed
  13: 'unavailable', // disk full
  14: 'unavailable', // cannot open
  275: 'check',
  787: 'foreign_key',
  1555: 'unique', // primary key
  2067: 'unique',
}

const sqliteCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0

/** Classifies what SQLite says. */
export function toFault(error: unknown): DatabaseFault {
  const code = sqliteCode(error)
  const constraint = error instanceof Error ? / constraint failed: ([\w.]+)/.exec(error.message)?.[1] : undefined
  return new DatabaseFault(faults[code] ?? faults[code & 0xff] ?? 'other', error, constraint)
}
