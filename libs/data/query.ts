import {
  type Compilable,
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { EngineName } from './engine.ts'

/** For queries of one's own, so that a service needs no other package: see `Reader.query`. */
export { type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'

/** Any table with any columns, where the kernel builds SQL from entities rather than from types. */
export type AnyTables = Record<string, Record<string, unknown>>

/** The part of a query builder that reads. */
export type Selects<T> = Pick<Kysely<T>, 'selectFrom' | 'selectNoFrom' | 'with' | 'withRecursive' | 'fn' | 'case'>

/** A query under construction; what it answers, row by row, is `O`. */
export type Query<O> = Compilable<O>

const parts = {
  sqlite: { Adapter: SqliteAdapter, Introspector: SqliteIntrospector, Compiler: SqliteQueryCompiler },
  postgres: { Adapter: PostgresAdapter, Introspector: PostgresIntrospector, Compiler: PostgresQueryCompiler },
  mysql: { Adapter: MysqlAdapter, Introspector: MysqlIntrospector, Compiler: MysqlQueryCompiler },
}

/** A Kysely that only builds and compiles. Whoever runs what it made does so on a connection of the right unit of work. */
export function createBuilder<T = AnyTables>(engine: EngineName, schema?: string): Kysely<T> {
  const { Adapter, Introspector, Compiler } = parts[engine]
  const builder = new Kysely<T>({
    dialect: {
      createAdapter: () => new Adapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new Introspector(db),
      createQueryCompiler: () => new Compiler(),
    },
  })
  return schema === undefined ? builder : builder.withSchema(schema)
}

/** Whether it only selects: PostgreSQL lets the parts of a WITH write, too. */
export const isSelect = (query: RootOperationNode): boolean =>
  query.kind === 'SelectQueryNode' &&
  (query.with?.expressions ?? []).every(({ expression }) => expression.kind === 'SelectQueryNode')
