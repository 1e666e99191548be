import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, type Clock, createIds, type IdSource, systemClock, unavailable } from '@mainspring/core'
import type { Kysely } from 'kysely'
import { givenColumns } from './encoder.ts'
import {
  type Connection,
  DatabaseFault,
  type Engine,
  isRowFault,
  RowsRefused,
  type TransactionOptions,
} from './engine.ts'
import type { Entity } from './entity.ts'
import { type Sketched, sketch } from './foresight.ts'
import { compileInserts } from './inserts.ts'
import { createPager } from './page.ts'
import { compilePrepared, type Prepared } from './prepared.ts'
import { type AnyTables, createBuilder } from './query.ts'
import { Reader, type Shared } from './reader.ts'
import { compileInsertUnlessThere, compileStatements } from './statements.ts'
import { referenceOf, type Table } from './table.ts'
import { Writer } from './writer.ts'

/** A service's database: its engine, and the entities that live in it. */
export interface Database {
  readonly engine: Engine
  /** Builds queries for this engine; it cannot run them. */
  readonly builder: Kysely<AnyTables>
  /** Reads what is committed, outside of any unit of work. */
  readonly reader: Reader
  /**
   * Runs one unit of work: everything that `job` writes is committed when it resolves, and nothing when it throws. A
   * serialization failure or deadlock runs it again, so it must do nothing outside of the database.
   */
  readonly write: <T>(job: (db: Writer) => Promise<T>, options?: TransactionOptions) => Promise<T>
  /**
   * Runs a job without the database: what it answers and writes is known beforehand if it only inserts. Undefined if it asks
   * for anything else or throws; then only `write` can tell. It runs again there, so it must do nothing outside of the database.
   */
  readonly foresee: <T>(job: (db: Writer) => Promise<T>) => Promise<Foreseen<T> | undefined>
  /** Resolves if the database answers; throws `database_unavailable`. */
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What a job answers, and the rows that it inserts, before they are written. */
export interface Foreseen<T> {
  readonly value: T
  /**
   * Writes the rows in a unit of work. False if the database refuses one or has it wait for too long, and nothing is written:
   * then the job itself must run in `write`, for it may have something to say of that.
   */
  readonly commit: () => Promise<boolean>
}

/** What a database is made of. Tests give their own clock and ids. */
export interface DatabaseOptions {
  readonly engine: Engine
  readonly entities: readonly Entity[]
  readonly clock?: Clock
  readonly newId?: IdSource
}

/** How often a unit is run when the engine cannot serialise it: with a full pool that wants one row, 5 were seen not to do. */
const MOST_ATTEMPTS = 8

/** Puts entities on an open engine, which the database then owns. */
export function createDatabase({ engine, entities, clock = systemClock, newId }: DatabaseOptions): Database {
  const builder = createBuilder(engine.name, engine.schema)
  const shared: Shared = {
    engine,
    builder,
    clock,
    newId: newId ?? createIds(clock),
    statementsOf: once((entity: Entity) => compileStatements(engine, builder, entity)),
    pagerOf: once((entity: Entity) => createPager(engine, builder, entity)),
    preparedOf: once((statement: Prepared<object>) => compilePrepared(builder, statement)),
    appendsOf: once((table: Table) => compileInserts(engine, builder, table, givenColumns(table))),
    insertUnlessThereOf: once((table: Table) => compileInsertUnlessThere(engine.name, builder, table)),
    dependentsOf: once((target: Entity) => dependentsOf(entities, target)),
  }
  const reader = new Reader(shared, translated(engine.reader))
  return {
    engine,
    builder,
    reader,
    write: (job, options) =>
      withRetries(async (attempt) => {
        // A statement for many rows that is refused does not say which was to blame: the same unit finds out, with more of them.
        const isFirst = attempt === 1
        const unit = async (connection: Connection) => {
          const writer = new Writer(shared, connection, isFirst && !options?.alone)
          const value = await job(writer)
          await writer.finish()
          return { value, writer }
        }
        const { value, writer } = await engine.transaction(unit, {
          ...options,
          single: isFirst && options?.single === true,
        })
        writer.tellCommitted()
        return value
      }),
    async foresee(job) {
      const sketched = await sketch(shared, job)
      return sketched && { value: sketched.value, commit: () => commit(engine, sketched) }
    },
    async ping() {
      await reader.query((query) => query.selectNoFrom((build) => build.lit(1).as('alive')))
    },
    close: engine.close,
  }
}

function once<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, V>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined) return known
    const value = make(key)
    made.set(key, value)
    return value
  }
}

const dependentsOf = (entities: readonly Entity[], target: Entity) =>
  entities
    .map((entity) => {
      const pointing = Object.entries(entity.columns).filter(([, field]) => referenceOf(field)?.name === target.name)
      return { entity, columns: pointing.map(([column]) => column) }
    })
    .filter(({ columns }) => columns.length > 0)

async function commit(engine: Engine, { statements, tellCommitted }: Sketched<unknown>): Promise<boolean> {
  try {
    if (statements.length > 0) await withRetries(() => engine.runAll(statements))
  } catch (error) {
    if (isRowFault(error) || hasWaited(error)) return false
    throw error
  }
  tellCommitted()
  return true
}

/** For a lock. Who waited for a connection would only wait again. */
const hasWaited = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'database_busy' && error.cause instanceof DatabaseFault

async function withRetries<T>(run: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(attempt)
    } catch (error) {
      if (error instanceof RowsRefused) continue
      const again = error instanceof DatabaseFault && error.kind === 'serialization' && attempt < MOST_ATTEMPTS
      if (!again) throw translate(error)
      await sleep(Math.random() * 10 * 2 ** attempt)
    }
  }
}

const translated = (connection: Connection): Connection => ({
  run: (sql, parameters, hot) => connection.run(sql, parameters, hot).catch(rethrowTranslated),
  values: (sql, parameters, hot) => connection.values(sql, parameters, hot).catch(rethrowTranslated),
})

const rethrowTranslated = (error: unknown): never => {
  throw translate(error)
}

/** What a fault means to a caller: a database that is away or busy is worth another try later, the rest is a defect. */
function translate(error: unknown): unknown {
  if (!(error instanceof DatabaseFault)) return error
  if (error.kind === 'unavailable') {
    return unavailable('database_unavailable', {
      detail: 'The database cannot be reached.',
      retry_after: 2,
      cause: error,
    })
  }
  if (error.kind === 'lock_timeout' || error.kind === 'serialization') {
    return unavailable('database_busy', { detail: 'The database is busy.', cause: error })
  }
  return error
}
