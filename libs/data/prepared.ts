import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type AnyTables, isSelect, type Query } from './query.ts'

/** A statement of one's own that comes often: built once per database, and prepared by its server. */
export interface Prepared<P, O = unknown> {
  readonly build: (query: Kysely<AnyTables>) => Query<O>
  /** Never called: carries the type of its parameters. */
  readonly parameters?: (values: P) => void
}

/**
 * Declares a statement with named parameters, for `executePrepared`, `returnPrepared` and `queryPrepared`; values are given
 * as the engine holds them.
 *
 * @example
 * const rename = prepared((query: Kysely<Tables>, given: Given<{ id: string; name: string }>) =>
 *   query.updateTable('things').set({ name: given('name') }).where('id', '=', given('id')))
 * await db.executePrepared(rename, { id: 't1', name: 'Cog' })
 */
export function prepared<T, P, O>(build: (query: Kysely<T>, given: Given<P>) => Query<O>): Prepared<P, O> {
  const given: Given<P> = (name) => sql`${new Parameter(name)}`
  // The builder is the same for all tables; what it is typed with is the declaration's view of them.
  return { build: (query) => build(query as unknown as Kysely<T>, given) }
}

/** The place of a value that is given when the statement runs. */
export type Given<P> = <K extends keyof P & string>(name: K) => RawBuilder<P[K]>

class Parameter {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** A prepared statement on one database: its SQL, and its values in order. */
export interface PreparedSql<P> {
  readonly sql: string
  /** The same for PostgreSQL, but that it fails if it concerns no row, and does nothing. */
  readonly required: string
  readonly isSelect: boolean
  readonly valuesOf: (given: P) => unknown[]
}

/** What fails on PostgreSQL if a statement, with its RETURNING, concerns no row. */
export const requiringRows = (statement: string): string =>
  `with required as (${statement}) select 1 / count(*) from required`

/** Compiles a prepared statement; keep the result. */
export function compilePrepared<P extends object>(builder: Kysely<AnyTables>, { build }: Prepared<P>): PreparedSql<P> {
  const { sql, parameters, query } = build(builder).compile()
  const rows = isSelect(query) ? sql : `${sql} returning 1`
  return {
    sql,
    required: requiringRows(rows),
    isSelect: isSelect(query),
    valuesOf: (given) => parameters.map((each) => (each instanceof Parameter ? Reflect.get(given, each.name) : each)),
  }
}
