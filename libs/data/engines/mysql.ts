import type { FieldKind, Log } from '@mainspring/core'
import mysql from 'mysql2/promise'
import { type Connection, DatabaseFault, type Engine, type FaultKind, lend } from '../engine.ts'
import { createGate } from './gate.ts'
import { answered, type Line, runAllOn, runAlone, runUnit } from './line.ts'
import { fromTimestampText } from './timestamp-text.ts'

/** How a MariaDB or MySQL database is opened. */
export interface MysqlOptions {
  readonly url: string
  /** The database that holds the tables; made by migrations when it is not there and the account may. */
  readonly database: string
  readonly log: Log
  readonly pool_size?: number
  readonly direct_url?: string
}

/** Seconds. A unit that idles is cut off when it counts as too slow; a statement before its line counts as dead. */
const LIMITS = { connect: 3, statement: 4, lock: 3, idle_in_transaction: 10 }

/** Statements that a connection keeps prepared; a server has room for 16,382 of all its connections (`max_prepared_stmt_count`). */
const MOST_PREPARED = 100

/** Opens a pool on MariaDB 10.11 or later, or MySQL 8. READ COMMITTED, UTC, strict; fails when the server cannot be reached. */
export async function openMysql(options: MysqlOptions): Promise<Engine> {
  const { url, database, log, pool_size = 10, direct_url = url } = options
  const version = await prepareServer(direct_url, database)
  const isMariadb = version.startsWith('MariaDB')
  const pool = mysql.createPool({
    ...settings(url),
    database,
    connectionLimit: pool_size,
    maxPreparedStatements: MOST_PREPARED,
  })
  pool.pool.on('connection', (connection) => {
    // Queued before the statement that the connection was made for.
    for (const statement of sessionSettings(isMariadb)) {
      connection.query(
        statement,
        (error) => error && log.warn({ error: error.message }, 'a session setting was refused'),
      )
    }
  })
  const gate = createGate(pool_size)
  const withLine = <T>(work: (line: Line) => Promise<T>, isUrgent?: boolean): Promise<T> =>
    gate.pass(async () => {
      const client = await pool.getConnection().catch((error: unknown) => Promise.reject(toFault(error)))
      const connection = connect(client)
      return work({
        connection,
        begin: () => connection.run('BEGIN'),
        send: async () => {},
        commit: () => connection.run('COMMIT'),
        rollback: () => connection.run('ROLLBACK'),
        giveBack: (isBroken) => (isBroken ? client.destroy() : client.release()),
      })
    }, isUrgent)
  return {
    name: 'mysql',
    version,
    schema: undefined,
    reader: {
      run: (sql, parameters, hot) => withLine((line) => runAlone(line, ({ run }) => run(sql, parameters, hot))),
      values: (sql, parameters, hot) =>
        withLine((line) => runAlone(line, ({ values }) => values(sql, parameters, hot))),
    },
    transaction: (job, options) => withLine((line) => runUnit(line, job, options), options?.urgent),
    runAll: (statements) => withLine((line) => runAllOn(line, statements)),
    async session(job) {
      const client = await mysql
        .createConnection(settings(direct_url))
        .catch((error: unknown) => Promise.reject(toFault(error)))
      const loan = lend(connect(client, true))
      try {
        await client.query(`USE \`${database}\``)
        for (const statement of sessionSettings(isMariadb).slice(0, 3)) await client.query(statement)
        return await job(loan.connection)
      } finally {
        loan.end()
        await client.end()
      }
    },
    encode: (kind, value) => encoders[kind]?.(value) ?? value,
    decoder: (kind) => decoders[kind],
    close: () => pool.end(),
  }
}

/** Makes the database if it is not there; tells server and version. */
async function prepareServer(url: string, database: string): Promise<string> {
  const client = await mysql.createConnection(settings(url)).catch((error: unknown) => Promise.reject(toFault(error)))
  try {
    // Looks first, because an account that may not make databases may not say IF NOT EXISTS either.
    const { rows } = await connect(client).run(
      'SELECT VERSION() AS version, (SELECT 1 FROM information_schema.schemata WHERE schema_name = ?) AS is_there',
      [database],
    )
    if (!rows[0]?.is_there) await client.query(`CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4`)
    const version = String(rows[0]?.version)
    return version.includes('MariaDB') ? `MariaDB ${version.split('-')[0]}` : `MySQL ${version}`
  } finally {
    await client.end()
  }
}

/** A pool's connections name their database; the ones that make it do not. */
function settings(url: string): mysql.ConnectionOptions {
  const { hostname, port, username, password, searchParams } = new URL(url)
  const socketPath = searchParams.get('socket')
  return {
    host: hostname,
    port: port === '' ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    ...(socketPath === null ? {} : { socketPath }),
    ...(searchParams.get('ssl') === 'true' ? { ssl: {} } : {}),
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    connectTimeout: LIMITS.connect * 1000,
    typeCast: true,
  }
}

/** The first three decide what statements mean and hold everywhere; the limits are for units of work. */
const sessionSettings = (isMariadb: boolean): readonly string[] => [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  "SET SESSION time_zone = '+00:00'",
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  `SET SESSION innodb_lock_wait_timeout = ${LIMITS.lock}`,
  ...(isMariadb
    ? [
        `SET SESSION idle_transaction_timeout = ${LIMITS.idle_in_transaction}`,
        `SET SESSION max_statement_time = ${LIMITS.statement}`,
      ]
    : [`SET SESSION max_execution_time = ${LIMITS.statement * 1000}`]),
]

/**
 * Hot statements are prepared on the server and kept per connection by the driver; the others go as text. Who is patient
 * waits for as long as a statement takes.
 */
function connect(client: mysql.PoolConnection | mysql.Connection, isPatient = false): Connection {
  const ask = async (sql: string, parameters: readonly unknown[], hot: boolean, rowsAsArray: boolean) => {
    try {
      const values = parameters as mysql.ExecuteValues[]
      const options = { sql, values, rowsAsArray }
      const pending = hot ? client.execute(options) : client.query({ ...options, typeCast })
      const [answer] = await (isPatient ? pending : answered(pending))
      return answer
    } catch (error) {
      throw toFault(error)
    }
  }
  return {
    async run(sql, parameters = [], hot = false) {
      const answer = await ask(sql, parameters, hot, false)
      return Array.isArray(answer)
        ? { rows: answer as mysql.RowDataPacket[], affected: answer.length }
        : { rows: [], affected: answer.affectedRows }
    },
    async values(sql, parameters = [], hot = false) {
      return (await ask(sql, parameters, hot, true)) as mysql.RowDataPacket[][]
    },
  }
}

/** The driver reads a double's text with a parser of its own, which is not exact. */
const typeCast: mysql.TypeCast = (field, next) => {
  if (field.type !== 'DOUBLE') return next()
  const text = field.string()
  return text === null ? null : Number(text)
}

const encoders: { readonly [K in FieldKind]?: (value: unknown) => unknown } = {
  boolean: (value) => (value === null ? null : Number(value)),
  json: (value) => (value === null ? null : JSON.stringify(value)),
  timestamp: (value) => (value === null ? null : String(value).slice(0, -1).replace('T', ' ')),
}

const decoders: { readonly [K in FieldKind]?: (raw: unknown) => unknown } = {
  boolean: (raw) => raw !== 0,
  json: (raw) => JSON.parse(String(raw)),
  timestamp: (raw) => fromTimestampText(String(raw)),
}

// Error numbers: https://mariadb.com/kb/en/mariadb-error-codes/
const faults: Readonly<Record<number, FaultKind>> = {
  1062: 'unique',
  1451: 'foreign_key',
  1452: 'foreign_key',
  3819: 'check',
  4025: 'check',
  1205: 'lock_timeout',
  1969: 'lock_timeout',
  3024: 'lock_timeout',
  1213: 'serialization',
  1020: 'serialization',
  1040: 'unavailable',
  1053: 'unavailable',
  1927: 'unavailable',
  1290: 'unavailable',
}

function toFault(error: unknown): DatabaseFault {
  if (error instanceof DatabaseFault) return error
  if (!(error instanceof Error)) return new DatabaseFault('other', error)
  const number = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0
  // Numbers below 1000 are the system's (ECONNREFUSED), and the driver's own errors have none: both mean a lost line.
  const lost = number < 1000 && !(error instanceof TypeError)
  const constraint = /(?:for key|CONSTRAINT) ['`](?:\w+\.)?(\w+)['`]/.exec(error.message)?.[1]
  return new DatabaseFault(faults[number] ?? (lost ? 'unavailable' : 'other'), error, constraint)
}
