import type { FieldKind, Log } from '@mainspring/core'
import mysql from 'mysql2/promise'
import { type Connection, DatabaseFault, type Engine, type FaultKind, lend } from '../engine.ts'
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

/** Seconds. */
const LIMITS = { connect: 3, statement: 15, lock: 5, idle_in_transaction: 10 }

/** Opens a pool on MariaDB 10.11 or later, or MySQL 8. READ COMMITTED, UTC, strict; fails when the server cannot be reached. */
export async function openMysql(options: MysqlOptions): Promise<Engine> {
  const { url, database, log, pool_size = 10, direct_url = url } = options
  const version = await serverVersion(direct_url)
  const isMariadb = version.startsWith('MariaDB')
  const pool = mysql.createPool({ ...settings(url), database, connectionLimit: pool_size, queueLimit: 10_000 })
  pool.pool.on('connection', (connection) => {
    // Queued before the statement that the connection was made for.
    for (const statement of sessionSettings(isMariadb)) {
      connection.query(
        statement,
        (error) => error && log.warn({ error: error.message }, 'a session setting was refused'),
      )
    }
  })
  return {
    name: 'mysql',
    version,
    schema: undefined,
    reader: connect(pool),
    async transaction(job) {
      const client = await pool.getConnection().catch((error: unknown) => Promise.reject(toFault(error)))
      const loan = lend(connect(client))
      try {
        await begin(client)
        const value = await job(loan.connection)
        await loan.connection.run('COMMIT')
        client.release()
        return value
      } catch (error) {
        await client.query('ROLLBACK').then(
          () => client.release(),
          () => client.destroy(),
        )
        throw error
      } finally {
        loan.end()
      }
    },
    async session(job) {
      const client = await mysql
        .createConnection(settings(direct_url))
        .catch((error: unknown) => Promise.reject(toFault(error)))
      const loan = lend(connect(client))
      try {
        await client.query(`CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4`)
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

async function serverVersion(url: string): Promise<string> {
  const client = await mysql.createConnection(settings(url)).catch((error: unknown) => Promise.reject(toFault(error)))
  try {
    const { rows } = await connect(client).run('SELECT VERSION() AS version')
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

const begin = (client: mysql.PoolConnection): Promise<unknown> =>
  client.query('START TRANSACTION').catch((error: unknown) => Promise.reject(toFault(error)))

/** Hot statements are prepared on the server and kept per connection by the driver; the others go as text. */
function connect(client: mysql.Pool | mysql.PoolConnection | mysql.Connection): Connection {
  return {
    async run(sql, parameters = [], hot = false) {
      try {
        const values = parameters as mysql.ExecuteValues[]
        const [answer] = hot ? await client.execute(sql, values) : await client.query(sql, values)
        return Array.isArray(answer)
          ? { rows: answer as mysql.RowDataPacket[], affected: answer.length }
          : { rows: [], affected: answer.affectedRows }
      } catch (error) {
        throw toFault(error)
      }
    },
  }
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
  if (!(error instanceof Error)) return new DatabaseFault('other', error)
  const number = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0
  // Numbers below 1000 are the system's (ECONNREFUSED), and the driver's own errors have none: both mean a lost line.
  const lost = number < 1000 && ('code' in error || 'fatal' in error)
  const constraint = /(?:for key|CONSTRAINT) ['`](?:\w+\.)?(\w+)['`]/.exec(error.message)?.[1]
  return new DatabaseFault(faults[number] ?? (lost ? 'unavailable' : 'other'), error, constraint)
}
