import {
  AppError,
  type Clock,
  conflict,
  type FieldError,
  type FieldKind,
  type Fields,
  factsOf,
  firstVersion,
  type IdSource,
  invalid,
  notFound,
  precondition,
  toTimestamp,
} from '@mainspring/core'
import { type Expression, type Kysely, type SqlBool, sql } from 'kysely'
import { type Connection, DatabaseFault, type Engine, type EngineName, type RawRow } from './engine.ts'
import { type ChangesOf, type Entity, type InsertOf, type RowOf, VERSION } from './entity.ts'
import type { PageRequest, Pager } from './page.ts'
import type { AnyTables, Query } from './query.ts'
import { changedRow, newRow } from './rows.ts'
import type { Statements } from './statements.ts'
import { describeTable, referenceOf, type Stored, type Table } from './table.ts'

/** What all units of work on one database share. */
export interface Shared {
  readonly engine: Engine
  readonly builder: Kysely<AnyTables>
  readonly clock: Clock
  readonly newId: IdSource
  readonly statementsOf: (entity: Entity) => Statements
  readonly pagerOf: (entity: Entity) => Pager
  /** Entities whose rows point at this one's, and by which column. */
  readonly dependentsOf: (entity: Entity) => readonly { readonly entity: Entity; readonly column: string }[]
}

/** Some rows of a list, and whether there are more behind them. */
export interface Page<R> {
  readonly rows: readonly R[]
  readonly more: boolean
}

/** Reads rows. Outside of a unit of work each call sees what was committed when it was made. */
export class Reader {
  protected readonly shared: Shared
  protected readonly connection: Connection

  constructor(shared: Shared, connection: Connection) {
    this.shared = shared
    this.connection = connection
  }

  /** Where the rows are. */
  get engine(): EngineName {
    return this.shared.engine.name
  }

  /** A value as this engine holds it, for a condition of one's own. */
  encode(kind: FieldKind, value: unknown): unknown {
    return this.shared.engine.encode(kind, value)
  }

  /** The row with this id. */
  async find<C extends Fields>(entity: Entity<C>, id: string): Promise<RowOf<C> | undefined> {
    return this.#findBy(entity, this.shared.statementsOf(entity).find, id)
  }

  /** The row with this id; throws `not_found`. */
  async get<C extends Fields>(entity: Entity<C>, id: string): Promise<RowOf<C>> {
    const row = await this.find(entity, id)
    if (!row) throw missing(entity, id)
    return row
  }

  /** The rows with these ids, in the order asked, with one query; undefined where there is none. */
  async findMany<C extends Fields>(
    entity: Entity<C>,
    ids: readonly string[],
  ): Promise<readonly (RowOf<C> | undefined)[]> {
    if (ids.length === 0) return []
    const found = await this.query((query: Kysely<AnyTables>) =>
      query
        .selectFrom(entity.name)
        .select(Object.keys(entity.columns))
        .where('id', 'in', [...new Set(ids)]),
    )
    const rows = new Map(this.decodeRows(entity, found).map((row) => [row.id, row]))
    return ids.map((id) => rows.get(id))
  }

  /** One page of a list, by keyset. */
  async page<C extends Fields>(entity: Entity<C>, request: PageRequest): Promise<Page<RowOf<C>>> {
    const { sql, parameters, hot } = this.shared.pagerOf(entity)({ ...request, limit: request.limit + 1 })
    const { rows } = await this.connection.run(sql, parameters, hot)
    return { rows: this.decodeRows(entity, rows.slice(0, request.limit)), more: rows.length > request.limit }
  }

  /** How many rows there are, or how many match. */
  async count(entity: Entity, where?: Expression<SqlBool>): Promise<number> {
    const [row] = await this.query((query: Kysely<AnyTables>) => {
      const all = query.selectFrom(entity.name).select(sql<number>`count(*)`.as('rows'))
      return where ? all.where(where) : all
    })
    return Number(row?.rows ?? 0)
  }

  /**
   * Runs a query of one's own. Values come as the engine holds them (see `Engine.decoder`).
   *
   *     await db.query((q: Kysely<TablesOf<[typeof Pizza]>>) => q.selectFrom('pizzas').select('name'))
   */
  async query<T, O>(build: (query: Kysely<T>) => Query<O>): Promise<readonly O[]> {
    // The builder is the same for all tables; what it is typed with is the caller's view of them.
    const { sql, parameters } = build(this.shared.builder as unknown as Kysely<T>).compile()
    return (await this.connection.run(sql, parameters)).rows as readonly O[]
  }

  async #findBy<C extends Fields>(entity: Entity<C>, statement: string, id: string): Promise<RowOf<C> | undefined> {
    const { rows } = await this.connection.run(statement, [id], true)
    return this.decodeRows(entity, rows)[0]
  }

  /** The row, locked until the unit ends. On SQLite the writer is the lock. */
  protected lockRow<C extends Fields>(entity: Entity<C>, id: string): Promise<RowOf<C> | undefined> {
    return this.#findBy(entity, this.shared.statementsOf(entity).findForUpdate, id)
  }

  protected decodeRows<C extends Fields>(entity: Entity<C>, rows: readonly RawRow[]): RowOf<C>[] {
    const { decode } = this.shared.statementsOf(entity)
    return rows.map((row) => decode(row) as RowOf<C>)
  }
}

/** Reads and writes rows in one unit of work: all of it is committed, or nothing. */
export class Writer extends Reader {
  readonly #closing: (() => Promise<void>)[] = []

  /** The row with this id, locked against other writers until the unit ends. */
  lock<C extends Fields>(entity: Entity<C>, id: string): Promise<RowOf<C> | undefined> {
    return this.lockRow(entity, id)
  }

  /** The rows with these ids, locked in one order by everybody, so that two batches cannot wait for each other. */
  async lockMany<C extends Fields>(entity: Entity<C>, ids: readonly string[]): Promise<ReadonlyMap<string, RowOf<C>>> {
    if (ids.length === 0) return new Map()
    const found = await this.query((query: Kysely<AnyTables>) => {
      const rows = query
        .selectFrom(entity.name)
        .select(Object.keys(entity.columns))
        .where('id', 'in', [...ids])
        .orderBy('id')
      return this.shared.engine.name === 'sqlite' ? rows : rows.forUpdate()
    })
    return new Map(this.decodeRows(entity, found).map((row) => [row.id, row]))
  }

  /** Writes a new row. Throws `invalid_request` for a broken rule, `already_exists` for a taken id or unique value. */
  async insert<C extends Fields>(entity: Entity<C>, values: InsertOf<C>): Promise<RowOf<C>> {
    const { insert, insertValues } = this.shared.statementsOf(entity)
    const row = this.#newRow(entity, values)
    await this.#write(entity, row, insert, insertValues(row))
    return row as RowOf<C>
  }

  /** Writes new rows with as few statements as may be. An error names the first row it concerns: `[2].id`. */
  async insertMany<C extends Fields>(entity: Entity<C>, values: readonly InsertOf<C>[]): Promise<readonly RowOf<C>[]> {
    const rows = values.map((value, index) => within(index, () => this.#newRow(entity, value)))
    if (this.shared.engine.name === 'sqlite') await this.#insertOneByOne(entity, rows)
    else await this.#insertInChunks(entity, rows)
    return rows as unknown as readonly RowOf<C>[]
  }

  /** Writes changes into a row as it was read. Throws `etag_mismatch` when somebody else wrote it since. */
  async update<C extends Fields>(entity: Entity<C>, row: RowOf<C>, changes: ChangesOf<C>): Promise<RowOf<C>> {
    const { update, updateValues } = this.shared.statementsOf(entity)
    const next = changedRow(entity, row as RowOf<Fields>, changes, this.#now())
    const affected = await this.#write(entity, next, update, [...updateValues(next), row.id, row[VERSION]])
    if (affected === 0) throw stale(entity, row.id)
    return next as RowOf<C>
  }

  /**
   * Deletes a row as it was read. With rows that point at it: `has_dependents`, or with `force` they go first, and theirs.
   * Throws `etag_mismatch` when somebody else wrote it since.
   */
  async delete(entity: Entity, row: RowOf<unknown>, { force = false } = {}): Promise<void> {
    for (const dependent of this.shared.dependentsOf(entity)) {
      if (force) await this.#deleteDependents(dependent.entity, dependent.column, row.id)
      else await this.#refuseDependents(dependent.entity, dependent.column, row.id)
    }
    const affected = await this.#write(entity, row, this.shared.statementsOf(entity).delete, [row.id, row[VERSION]])
    if (affected === 0) throw stale(entity, row.id)
  }

  /**
   * Writes a row into a plain table unless its key is taken; tells whether it did. Waits for a transaction that is
   * writing the same key.
   */
  async insertUnlessThere<C extends Fields>(table: Table<C>, values: Stored<Table<C>>): Promise<boolean> {
    const encoded = Object.entries(table.columns).map(([name, field]) => [
      name,
      this.shared.engine.encode(factsOf(field).kind, Reflect.get(values, name)),
    ])
    const affected = await this.execute((query: Kysely<AnyTables>) => {
      const insert = query.insertInto(table.name).values(Object.fromEntries(encoded))
      return this.shared.engine.name === 'mysql' ? insert.ignore() : insert.onConflict((key) => key.doNothing())
    })
    return affected > 0
  }

  /** Runs a statement of one's own; resolves to the number of rows it concerned. */
  async execute<T>(build: (query: Kysely<T>) => Query<unknown>): Promise<number> {
    const { sql, parameters } = build(this.shared.builder as unknown as Kysely<T>).compile()
    return (await this.connection.run(sql, parameters)).affected
  }

  /** Has `action` run last in this unit, after everything else was written: the place of what must be ordered by commit. */
  beforeCommit(action: () => Promise<void>): void {
    this.#closing.push(action)
  }

  /** Runs what waits for the end of the unit; called once, by the database. */
  async finish(): Promise<void> {
    for (const action of this.#closing) await action()
  }

  #now(): string {
    return toTimestamp(this.shared.clock.now())
  }

  #newRow(entity: Entity, values: { readonly id?: string | undefined }): RowOf<Fields> {
    return newRow(entity, values, { id: values.id ?? this.shared.newId(), now: this.#now(), version: firstVersion() })
  }

  async #write(entity: Entity, row: RowOf<unknown>, statement: string, values: readonly unknown[]): Promise<number> {
    try {
      return (await this.connection.run(statement, values, true)).affected
    } catch (error) {
      throw await this.#refusal(entity, row, error)
    }
  }

  async #insertOneByOne(entity: Entity, rows: readonly RowOf<Fields>[]): Promise<void> {
    const { insert, insertValues } = this.shared.statementsOf(entity)
    for (const [index, row] of rows.entries()) {
      await this.#write(entity, row, insert, insertValues(row)).catch(prefixed(index))
    }
  }

  /** A statement with many rows does not say which one was refused, so they are then tried again one by one. */
  async #insertInChunks(entity: Entity, rows: readonly RowOf<Fields>[]): Promise<void> {
    const { insertMany, insertValues } = this.shared.statementsOf(entity)
    await this.connection.run('SAVEPOINT chunks')
    try {
      for (let start = 0; start < rows.length; start += CHUNK) {
        const chunk = rows.slice(start, start + CHUNK)
        await this.connection.run(insertMany(chunk.length), chunk.flatMap(insertValues), chunk.length === CHUNK)
      }
    } catch (error) {
      if (!(error instanceof DatabaseFault && ROW_FAULTS.has(error.kind))) throw error
      await this.connection.run('ROLLBACK TO SAVEPOINT chunks')
      await this.#insertOneByOne(entity, rows)
    }
    await this.connection.run('RELEASE SAVEPOINT chunks')
  }

  async #refuseDependents(entity: Entity, column: string, id: string): Promise<void> {
    const count = await this.count(entity, sql<SqlBool>`${sql.ref(column)} = ${id}`)
    if (count > 0) throw dependents(entity, count)
  }

  async #deleteDependents(entity: Entity, column: string, id: string): Promise<void> {
    const order = [{ field: 'id', descending: false }]
    const where = sql<SqlBool>`${sql.ref(column)} = ${id}`
    for (let more = true; more; ) {
      const page = await this.page(entity, { order, limit: 1_000, where })
      for (const row of page.rows) await this.delete(entity, row, { force: true })
      more = page.more
    }
  }

  /** What a refused write means to the caller. */
  async #refusal(entity: Entity, row: RowOf<unknown>, error: unknown): Promise<unknown> {
    if (!(error instanceof DatabaseFault)) return error
    if (error.kind === 'unique') return taken(entity, row, error)
    if (error.kind === 'foreign_key') return this.#danglingReference(entity, row, error)
    if (error.kind === 'check') {
      const detail = 'The database refused the values of this row.'
      return invalid('rule_broken', { detail, cause: error, ...(error.constraint ? { rule: error.constraint } : {}) })
    }
    return error
  }

  async #danglingReference(entity: Entity, row: RowOf<unknown>, error: DatabaseFault): Promise<unknown> {
    for (const [name, field] of Object.entries(entity.columns)) {
      const target = referenceOf(field)
      const id: unknown = Reflect.get(row, name)
      if (!target || id === null) continue
      const isNamed = error.constraint === `${entity.name}_${name}_foreign`
      // SQLite names no constraint, but unlike the others it can still be asked.
      if (isNamed || (error.constraint === undefined && !(await this.#exists(target.name, id)))) {
        return invalid('reference_not_found', {
          field: name,
          detail: `There is no ${target.name} with the id ${id}.`,
          cause: error,
        })
      }
    }
    return dependents(entity, undefined, error)
  }

  async #exists(name: string, id: unknown): Promise<boolean> {
    return (
      (await this.query((query: Kysely<AnyTables>) => query.selectFrom(name).select('id').where('id', '=', id)))
        .length > 0
    )
  }
}

const CHUNK = 100
const ROW_FAULTS: ReadonlySet<string> = new Set(['unique', 'foreign_key', 'check'])

const missing = (entity: Entity, id: string) =>
  notFound('not_found', {
    detail: `There is no ${entity.singular} with the id ${id}.`,
    path: `${entity.collection}/${id}`,
  })

const stale = (entity: Entity, id: string) =>
  precondition('etag_mismatch', { detail: `Somebody else wrote ${entity.collection}/${id} since it was read.` })

const dependents = (entity: Entity, count?: number, cause?: unknown) =>
  conflict('has_dependents', {
    detail: `${count ?? 'Some'} ${entity.collection} depend on it; delete them first, or use force=true.`,
    ...(count === undefined ? {} : { dependents: count }),
    cause,
  })

function taken(entity: Entity, row: RowOf<unknown>, fault: DatabaseFault): AppError {
  const index = describeTable(entity).indexes.find(
    ({ name, columns }) => name === fault.constraint || `${entity.name}.${columns[0]}` === fault.constraint,
  )
  const field = index?.columns[0] ?? 'id'
  const value: unknown = Reflect.get(row, field)
  const errors: FieldError[] = [
    { field, code: 'already_exists', detail: `The ${field} ${JSON.stringify(value)} is taken.` },
  ]
  return conflict('already_exists', { errors, cause: fault })
}

function within<T>(index: number, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof AppError ? error.within(`[${index}]`) : error
  }
}

const prefixed = (index: number) => (error: unknown) => {
  throw error instanceof AppError ? error.within(`[${index}]`) : error
}
