import type { Fields } from '@mainspring/core'
import { type Kysely, sql } from 'kysely'
import { type Column, encoderOf, recorderOf } from './encoder.ts'
import type { Engine, Statement } from './engine.ts'
import type { RowOf } from './entity.ts'
import { typeOf } from './migrations/columns.ts'
import type { AnyTables } from './query.ts'
import { describeTable, type Table } from './table.ts'

/** How an engine inserts rows of an entity, or of a plain table. */
export interface Inserts<R = RowOf<Fields>> {
  readonly insert: (row: R) => Statement
  /** As few statements as may be, for two rows or more; undefined where a statement for each row is as fast. */
  readonly insertMany?: (rows: readonly R[]) => readonly Statement[]
}

/** Compiles the inserts of a table; keep the result. */
export function compileInserts<R>(
  engine: Engine,
  builder: Kysely<AnyTables>,
  table: Table,
  columns: readonly Column<R>[],
): Inserts<R> {
  const encode = encoderOf(engine, columns)
  const sqlOf = rememberedSql(builder, table, columns)
  const one = sqlOf(1)
  const insert: Inserts<R>['insert'] = (row) => ({ sql: one, parameters: encode(row), hot: true })
  if (engine.name === 'sqlite') return { insert }
  if (engine.name === 'mysql') return { insert, insertMany: inParts(MOST_VALUES, valuesInsert(sqlOf, encode)) }
  return {
    insert: (row) => ({ sql: one, parameters: encode(row), hot: true, sqlOf }),
    insertMany: inParts(MOST_RECORDS, recordsInsert(builder, table, columns)),
  }
}

/** Rows that one statement writes: on PostgreSQL a whole batch. */
const MOST_RECORDS = 1_000
const MOST_VALUES = 100

type Insert<R> = (rows: readonly R[]) => Statement

/** One statement for so many rows at most. */
const inParts =
  <R>(most: number, insert: Insert<R>): NonNullable<Inserts<R>['insertMany']> =>
  (rows) =>
    Array.from({ length: Math.ceil(rows.length / most) }, (_, part) =>
      insert(rows.slice(part * most, (part + 1) * most)),
    )

/**
 * However many rows there are, they are one parameter and the SQL is the same; a parameter for each value costs more in the
 * driver than in the server. Names are sent with each row, so they are short.
 */
function recordsInsert<R>(builder: Kysely<AnyTables>, table: Table, given: readonly Column<R>[]): Insert<R> {
  const columns = describeTable(table).columns.filter(({ name }) => given.some((each) => each.name === name))
  const keys = columns.map((_, place) => `c${place}`)
  const record = sql.join(columns.map((column, place) => sql`${sql.id(`c${place}`)} ${typeOf('postgres', column)}`))
  const insert = builder
    .insertInto(table.name)
    .columns(columns.map(({ name }) => name))
    .expression(sql`select * from json_to_recordset(${''}) as record(${record})`)
    .compile()
  const recordOf = recorderOf(given, keys)
  return (rows) => ({ sql: insert.sql, parameters: [JSON.stringify(rows.map(recordOf))], hot: true })
}

/** A place for each value; a whole part comes again and again. */
const valuesInsert =
  <R>(sqlOf: (rows: number) => string, encode: (row: R) => unknown[]): Insert<R> =>
  (rows) => ({ sql: sqlOf(rows.length), parameters: rows.flatMap(encode), hot: rows.length === MOST_VALUES })

/** Makes the SQL that has a place for each value of so many rows, once for each number. */
function rememberedSql(
  builder: Kysely<AnyTables>,
  table: Table,
  columns: readonly Column<never>[],
): (rows: number) => string {
  const texts = new Map<number, string>()
  return (rows) => {
    const text = texts.get(rows) ?? insertOf(builder, table, columns, rows)
    texts.set(rows, text)
    return text
  }
}

const insertOf = (
  builder: Kysely<AnyTables>,
  table: Table,
  columns: readonly Column<never>[],
  rows: number,
): string => {
  // Compiling needs some value for each parameter; only the SQL is kept.
  const blank = Object.fromEntries(columns.map(({ name }) => [name, 0]))
  return builder
    .insertInto(table.name)
    .values(Array.from({ length: rows }, () => blank))
    .compile().sql
}
