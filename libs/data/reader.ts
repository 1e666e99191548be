import type { Clock, FieldKind, Fields, IdSource } from '@mainspring/core'
import { type Expression, type Kysely, type SqlBool, sql } from 'kysely'
import type { Connection, Engine, EngineName, RawValues } from './engine.ts'
import type { Entity, RowOf } from './entity.ts'
import type { Inserts } from './inserts.ts'
import { type Boundary, boundaryOf, type PageRequest, type Pager, totalOrder } from './page.ts'
import type { Prepared, PreparedSql } from './prepared.ts'
import { type AnyTables, isSelect, type Query, type Selects } from './query.ts'
import { rowNotFound } from './refusals.ts'
import { readColumns, type Statements } from './statements.ts'
import type { Table } from './table.ts'
import type { Verbatim } from './verbatim.ts'

/** What all units of work on one database share. */
export interface Shared {
  readonly engine: Engine
  readonly builder: Kysely<AnyTables>
  readonly clock: Clock
  readonly newId: IdSource
  readonly statementsOf: (entity: Entity) => Statements
  readonly pagerOf: (entity: Entity) => Pager
  readonly preparedOf: (statement: Prepared<object>) => PreparedSql<object>
  /** An INSERT of one row into a plain table, which passes over a taken key where the engine can; values as its columns. */
  readonly insertUnlessThereOf: (table: Table) => string
  /** INSERTs of rows of a plain table. */
  readonly appendsOf: (table: Table) => Inserts<object>
  /** Entities whose rows point at this one's, and by which columns. */
  readonly dependentsOf: (entity: Entity) => readonly { readonly entity: Entity; readonly columns: readonly string[] }[]
}

/** Some rows of a list, and whether there are more behind them. */
export interface Page<R> {
  readonly rows: readonly R[]
  readonly more: boolean
}

/** A page whose rows are for an answer. */
export interface VerbatimPage extends Page<RowOf<unknown>>, Verbatim<RowOf<unknown>> {}

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

  /** A value of `query` as it was encoded. */
  decode(kind: FieldKind, raw: unknown): unknown {
    const decode = this.shared.engine.decoder(kind)
    return decode ? decode(raw) : raw
  }

  /** The row with this id. */
  async find<C extends Fields>(entity: Entity<C>, id: string): Promise<RowOf<C> | undefined> {
    return this.findBy(entity, 'find', id)
  }

  /** The row with this id; throws `not_found`. */
  async get<C extends Fields>(entity: Entity<C>, id: string): Promise<RowOf<C>> {
    const row = await this.find(entity, id)
    if (!row) throw rowNotFound(entity, id)
    return row
  }

  /** The rows with these ids, in the order asked, with one query; undefined where there is none. */
  async findMany<C extends Fields>(
    entity: Entity<C>,
    ids: readonly string[],
  ): Promise<readonly (RowOf<C> | undefined)[]> {
    if (ids.length === 0) return []
    const { sql, parameters } = this.rowsOf(entity, [...new Set(ids)]).compile()
    const found = this.decodeRows(entity, await this.connection.values(sql, parameters))
    const rows = new Map(found.map((row) => [row.id, row]))
    return ids.map((id) => rows.get(id))
  }

  /** One page of a list, by keyset. */
  async page<C extends Fields>(entity: Entity<C>, request: PageRequest): Promise<Page<RowOf<C>>> {
    const { values, more } = await this.pageValues(entity, request)
    return { rows: this.decodeRows(entity, values), more }
  }

  /** One page of a list for an answer, which `writeVerbatim` writes; of several for one answer each adds its texts to `json`. */
  async pageVerbatim(entity: Entity, request: PageRequest, json: string[] = []): Promise<VerbatimPage> {
    const { values, more } = await this.pageValues(entity, request)
    return { ...this.shared.statementsOf(entity).decodeVerbatim(values, json), more }
  }

  /**
   * All rows, page by page and in order of creation unless told otherwise, for exports: each page is committed rows, a row
   * whose sort key does not change is there exactly once while others come and go, and nobody waits for a slow reader.
   */
  async *pages<C extends Fields>(
    entity: Entity<C>,
    {
      order = totalOrder([{ field: 'create_time', descending: false }]),
      limit = 500,
      where,
    }: Partial<PageRequest> = {},
  ): AsyncGenerator<readonly RowOf<C>[]> {
    let after: Boundary | undefined
    for (let more = true; more; ) {
      const page = await this.page(entity, { order, limit, where, after })
      if (page.rows.length > 0) yield page.rows
      const last = page.rows.at(-1)
      after = last && boundaryOf(order, last)
      more = page.more
    }
  }

  /** How many rows there are, or how many match. */
  async count(entity: Entity, where?: Expression<SqlBool>): Promise<number> {
    const [row] = await this.query((query: Selects<AnyTables>) => {
      const all = query.selectFrom(entity.name).select(sql<number>`count(*)`.as('rows'))
      return where ? all.where(where) : all
    })
    return Number(row?.rows ?? 0)
  }

  /**
   * Runs a SELECT of one's own; anything else throws. Values come as the engine holds them (see `decode`).
   *
   *     await db.query((q: Selects<TablesOf<[typeof Pizza]>>) => q.selectFrom('pizzas').select('name'))
   */
  async query<T, O>(build: (query: Selects<T>) => Query<O>): Promise<readonly O[]> {
    return this.select(build)
  }

  /** Runs a SELECT that was declared with `prepared`; anything else throws. */
  async queryPrepared<P extends object, O>(statement: Prepared<P, O>, given: P): Promise<readonly O[]> {
    const { sql, valuesOf, isSelect } = this.shared.preparedOf(statement as Prepared<object>)
    if (!isSelect) throw new Error(ONLY_SELECTS)
    return (await this.connection.run(sql, valuesOf(given), true)).rows as readonly O[]
  }

  /** `locking` is SQL that goes behind the SELECT. */
  protected async select<T, O>(build: (query: Selects<T>) => Query<O>, locking = ''): Promise<readonly O[]> {
    // The builder is the same for all tables; what it is typed with is the caller's view of them.
    const { sql, parameters, query } = build(this.shared.builder as unknown as Selects<T>).compile()
    if (!isSelect(query)) throw new Error(ONLY_SELECTS)
    return (await this.connection.run(`${sql}${locking}`, parameters)).rows as readonly O[]
  }

  protected async findBy<C extends Fields>(
    entity: Entity<C>,
    statement: 'find' | 'findForUpdate',
    id: string,
  ): Promise<RowOf<C> | undefined> {
    const statements = this.shared.statementsOf(entity)
    const [values] = await this.connection.values(statements[statement], [id], true)
    return values && (statements.decode(values) as RowOf<C>)
  }

  protected async pageValues(entity: Entity, request: PageRequest) {
    const { sql, parameters, hot } = this.shared.pagerOf(entity)({ ...request, limit: request.limit + 1 })
    const values = await this.connection.values(sql, parameters, hot)
    return { values: values.slice(0, request.limit), more: values.length > request.limit }
  }

  /** A query for the rows with these ids. */
  protected rowsOf(entity: Entity, ids: readonly string[]) {
    return this.shared.builder.selectFrom(entity.name).select(readColumns(entity)).where('id', 'in', ids)
  }

  protected decodeRows<C extends Fields>(entity: Entity<C>, rows: readonly RawValues[]): RowOf<C>[] {
    const { decode } = this.shared.statementsOf(entity)
    return rows.map((values) => decode(values) as RowOf<C>)
  }
}

const ONLY_SELECTS = 'A query only selects; who writes says `execute`, in a unit of work.'
