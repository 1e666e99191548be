import type { FieldKind, Log } from '@mainspring/core'
import pg from 'pg'
import { type Connection, DatabaseFault, type Engine, type FaultKind, lend } from '../engine.ts'
import { createGate } from './gate.ts'
import { LONGEST_SILENCE, runUnit } from './line.ts'
import { fromTimestampText } from './timestamp-text.ts'

/** How a PostgreSQL database is opened. */
export interface PostgresOptions {
  readonly url: string
  /** Where the tables live; made by migrations when it is not there. */
  readonly schema: string
  readonly log: Log
  readonly pool_size?: number
  /** For migrations and locks, when `url` leads to a pooler. */
  readonly direct_url?: string
  /** Named statements; off behind a pooler in transaction mode, which loses them. */
  readonly prepare?: boolean
}

/** Milliseconds. A unit that idles is cut off before any lease could run out; a statement before its line counts as dead. */
const LIMITS = { connect: 3_000, statement: 4_000, lock: 3_000, idle_in_transaction: 10_000 }

/** Opens a pool on a PostgreSQL server, 15 or later. READ COMMITTED; fails when the server cannot be reached. */
export async function openPostgres(options: PostgresOptions): Promise<Engine> {
  const { url, schema, log, pool_size = 10, direct_url = url, prepare = true } = options
  const limits = {
    statement_timeout: LIMITS.statement,
    lock_timeout: LIMITS.lock,
    idle_in_transaction_session_timeout: LIMITS.idle_in_transaction,
  }
  const pool = new pg.Pool({
    connectionString: url,
    max: pool_size,
    connectionTimeoutMillis: LIMITS.connect,
    query_timeout: LONGEST_SILENCE,
    types: asText,
    application_name: 'mainspring',
    // A pooler refuses parameters that it does not track; there the limits belong to the role.
    ...(prepare ? limits : {}),
  })
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection was lost'))
  // While it is lent the pool does not listen, and an error that nobody hears would end the process. Its statements fail, too.
  pool.on('connect', (client) => client.on('error', () => {}))
  const gate = createGate(pool_size)
  const names = prepare ? new Map<string, string>() : undefined
  const anyLine = connect(pool, names)
  const reader: Connection = {
    run: (sql, parameters, hot) => gate.pass(() => anyLine.run(sql, parameters, hot)),
    values: (sql, parameters, hot) => gate.pass(() => anyLine.values(sql, parameters, hot)),
  }
  const version = await serverVersion(reader).catch(async (error: unknown) => {
    await pool.end()
    throw error
  })
  return {
    name: 'postgres',
    version,
    schema,
    reader,
    transaction: (job, options) =>
      gate.pass(async () => {
        const client = await pool.connect().catch((error: unknown) => Promise.reject(toFault(error)))
        const giveBack = (isBroken: boolean) => client.release(isBroken)
        return runUnit({ connection: connect(client, names), begin: BEGIN, giveBack }, job, options)
      }),
    async session(job) {
      const client = new pg.Client({
        connectionString: direct_url,
        types: asText,
        connectionTimeoutMillis: LIMITS.connect,
      })
      client.on('error', (error) => log.warn({ error: error.message }, 'a database session was lost'))
      await client.connect().catch((error: unknown) => Promise.reject(toFault(error)))
      const loan = lend(connect(client))
      try {
        await makeSchema(loan.connection, schema)
        await loan.connection.run(`SET search_path TO "${schema}"`)
        return await job(loan.connection)
      } finally {
        loan.end()
        await client.end()
      }
    },
    encode: (kind, value) => (kind === 'json' && value !== null ? JSON.stringify(value) : value),
    decoder: (kind) => decoders[kind],
    close: () => pool.end(),
  }
}

/** Said each time, for a role or a pooler may have another default. */
const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED'

const serverVersion = async (connection: Connection): Promise<string> =>
  `PostgreSQL ${String((await connection.run('SHOW server_version')).rows[0]?.server_version).split(' ')[0]}`

/** Looks first, because an account that may not make schemas may not say IF NOT EXISTS either. */
async function makeSchema(connection: Connection, schema: string): Promise<void> {
  const { rows } = await connection.run('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])
  if (rows.length > 0) return
  await connection.run(`CREATE SCHEMA IF NOT EXISTS "${schema}"`).catch((error: unknown) => {
    // Of two sessions that make it at once the loser sees a duplicate key in the catalogue.
    if (!(error instanceof DatabaseFault && error.kind === 'unique')) throw error
  })
}

function connect(client: pg.Pool | pg.PoolClient | pg.Client, names?: Map<string, string>): Connection {
  const toQuery = (text: string, parameters: readonly unknown[], hot: boolean) => {
    const name = hot ? names && nameOf(names, text) : undefined
    const values = [...parameters]
    return name === undefined ? { text, values } : { name, text, values }
  }
  return {
    async run(text, parameters = [], hot = false) {
      try {
        const { rows, rowCount } = await client.query(toQuery(text, parameters, hot))
        return { rows, affected: rowCount ?? 0 }
      } catch (error) {
        throw toFault(error)
      }
    },
    async values(text, parameters = [], hot = false) {
      try {
        return (await client.query<unknown[]>({ ...toQuery(text, parameters, hot), rowMode: 'array' })).rows
      } catch (error) {
        throw toFault(error)
      }
    },
  }
}

function nameOf(names: Map<string, string>, text: string): string {
  const known = names.get(text)
  if (known !== undefined) return known
  const name = `m${names.size}`
  names.set(text, name)
  return name
}

const INT8 = 20
const FLOAT8 = 701
const BOOL = 16
const INT4 = 23

/** Numbers and booleans as such, everything else as the server's text: codecs, not the driver, know what a column holds. */
const asText: pg.CustomTypesConfig = {
  getTypeParser(oid: number) {
    if (oid === INT8 || oid === FLOAT8 || oid === INT4) return Number
    return oid === BOOL ? readBoolean : asItIs
  },
}

const readBoolean = (raw: string): boolean => raw === 't'
const asItIs = (raw: string): string => raw

const decoders: { readonly [K in FieldKind]?: (raw: unknown) => unknown } = {
  timestamp: (raw) => fromTimestampText(String(raw)),
  json: (raw) => JSON.parse(String(raw)),
}

// SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html
const faults: Readonly<Record<string, FaultKind>> = {
  '23505': 'unique',
  '23503': 'foreign_key',
  '23514': 'check',
  '40001': 'serialization',
  '40P01': 'serialization',
  '55P03': 'lock_timeout',
  '57014': 'lock_timeout',
  '53300': 'unavailable',
  '53100': 'unavailable',
  '25006': 'unavailable',
  '25P03': 'unavailable',
  '57P01': 'unavailable',
  '57P02': 'unavailable',
  '57P03': 'unavailable',
}

function toFault(error: unknown): DatabaseFault {
  if (!(error instanceof pg.DatabaseError))
    return new DatabaseFault(error instanceof TypeError ? 'other' : 'unavailable', error)
  const code = error.code ?? ''
  return new DatabaseFault(faults[code] ?? (code.startsWith('08') ? 'unavailable' : 'other'), error, error.constraint)
}
