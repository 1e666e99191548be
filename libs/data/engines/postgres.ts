import type { FieldKind, Log } from '@mainspring/core'
import { type Connection, DatabaseFault, type Engine, lend, type Statement } from '../engine.ts'
import { createConvoy } from './convoy.ts'
import { createGate } from './gate.ts'
import { type Line, LONGEST_SILENCE, runAlone, runUnit } from './line.ts'
import { openPostgresHints } from './postgres-hints.ts'
import { asRefused, PostgresLine } from './postgres-line.ts'
import { createStock } from './stock.ts'
import { fromTimestampText } from './timestamp-text.ts'
import { createWork } from './work.ts'

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

/** Milliseconds. A unit that idles is cut off when it counts as too slow; a statement before its line counts as dead. */
const LIMITS = { connect: 3_000, statement: 4_000, lock: 3_000, idle_in_transaction: 10_000 }

/** Opens a pool on a PostgreSQL server, 15 or later. READ COMMITTED; fails when the server cannot be reached. */
export async function openPostgres(options: PostgresOptions): Promise<Engine> {
  const { url, schema, log, pool_size = 10, direct_url = url, prepare = true } = options
  const isPooled = !prepare && direct_url === url
  const limits = {
    statement_timeout: LIMITS.statement,
    lock_timeout: LIMITS.lock,
    idle_in_transaction_session_timeout: LIMITS.idle_in_transaction,
  }
  const lines = createStock(async () => {
    const line = new PostgresLine(
      {
        connectionString: url,
        connectionTimeoutMillis: LIMITS.connect,
        application_name: 'mainspring',
        // A pooler refuses parameters that it does not track; there the limits belong to the role.
        ...(prepare ? limits : {}),
      },
      { prepare, silence: LONGEST_SILENCE },
    )
    await line.open((error) => log.warn({ error: error.message }, 'an idle database connection was lost'))
    return line
  })
  const createHintLine = () =>
    new PostgresLine(
      { connectionString: direct_url, connectionTimeoutMillis: LIMITS.connect, application_name: 'mainspring hints' },
      { prepare: false, silence: LONGEST_SILENCE },
    )
  const gate = createGate(pool_size)
  const withLine = <T>(work: (line: Line<PostgresLine>) => Promise<T>, isUrgent?: boolean): Promise<T> =>
    gate.pass(async () => {
      const connection = await lines.take()
      return work({
        connection,
        begin: async () => connection.begin(BEGIN),
        send: connection.send,
        commit: connection.commit,
        rollback: connection.rollback,
        giveBack: (isBroken) => lines.giveBack(connection, isBroken),
      })
    }, isUrgent)
  const convoy = createConvoy((statements) => withLine((line) => runAlone(line, ({ runAll }) => runAll(statements))))
  const work = createWork()
  const runTransaction: Engine['transaction'] = async (job, options) => {
    let unsent: readonly Statement[] | undefined
    const value = await withLine((line) => {
      const commit = async () => {
        unsent = line.connection.takeUnsent()
        if (unsent === undefined) await line.commit()
      }
      return runUnit({ ...line, commit }, job, options)
    }, options?.urgent)
    // Its line is free by now: who waits to commit together with others asks nothing.
    if (unsent && unsent.length > 0) await convoy.commit(unsent).catch(rethrowRefused)
    return value
  }
  const reader: Connection = {
    run: (sql, parameters, hot) => withLine((line) => runAlone(line, ({ run }) => run(sql, parameters, hot))),
    values: (sql, parameters, hot) => withLine((line) => runAlone(line, ({ values }) => values(sql, parameters, hot))),
  }
  const version = await serverVersion(reader).catch(async (error: unknown) => {
    await lines.close()
    throw error
  })
  return {
    name: 'postgres',
    version,
    schema,
    reader,
    transaction: (job, options) => work.during(() => runTransaction(job, options)),
    runAll: (statements) => work.during(() => convoy.commit(statements)),
    async session(job) {
      const line = new PostgresLine(
        { connectionString: direct_url, connectionTimeoutMillis: LIMITS.connect },
        { prepare: false },
      )
      await line.open((error) => log.warn({ error: error.message }, 'a database session was lost'))
      const loan = lend(line)
      try {
        await makeSchema(loan.connection, schema)
        await loan.connection.run(`SET search_path TO "${schema}"`)
        return await job(loan.connection)
      } finally {
        loan.end()
        await line.close()
      }
    },
    openHints: isPooled
      ? undefined
      : (onHint) => openPostgresHints({ createLine: createHintLine, channel: channelOf(schema), log }, onHint),
    encode: (kind, value) => (kind === 'json' && value !== null ? JSON.stringify(value) : value),
    decoder: (kind) => decoders[kind],
    async close() {
      await work.over()
      await lines.close()
    },
  }
}

const rethrowRefused = (error: unknown): never => {
  throw error instanceof DatabaseFault ? asRefused(error) : error
}

/** As long as a name may be. */
const channelOf = (schema: string): string => `mainspring_${schema}`.slice(0, 63)

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

const decoders: { readonly [K in FieldKind]?: (raw: unknown) => unknown } = {
  timestamp: (raw) => fromTimestampText(String(raw)),
  json: (raw) => JSON.parse(String(raw)),
}
