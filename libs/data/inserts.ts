import type { Fields } from '@mainspring/core'
import { type Kysely, sql } from 'kysely'
import { encoderOf, recorderOf } from './encoder.ts'
import type { Engine } from './engine.ts'
import type { Entity, RowOf } from './entity.ts'
import { typeOf } from './migrations/columns.ts'
import type { AnyTables } from './query.ts'
import { describeTable } from './table.ts'

/** An INSERT of some rows, its values encoded. */
export interface InsertStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly hot: boolean
}

/** How an engine inserts rows of an entity. */
export interface Inserts {
  readonly insert: (row: RowOf<Fields>) => InsertStatement
  /** As few statements as may be, for two rows or more; undefined where a statement for each row is as fast. */
  readonly insertMany?: (rows: readonly RowOf<Fields>[]) => readonly InsertStatement[]
}

/** Compiles the inserts of an entity; keep the result. */
export function compileInserts(engine: Engine, builder: Kysely<AnyTables>, entity: Entity): Inserts {
  const encode = encoderOf(engine, entity, Object.keys(entity.columns))
  const one = insertOf(builder, entity, 1)
  const insert: Inserts['insert'] = (row) => ({ sql: one, parameters: encode(row), hot: true })
  if (engine.name === 'sqlite') return { insert }
  if (engine.name === 'mysql')
    return { insert, insertMany: inParts(MOST_VALUES, valuesInsert(builder, entity, encode)) }
  return { insert, insertMany: inParts(MOST_RECORDS, recordsInsert(builder, entity)) }
}

/** Rows that one statement writes: on PostgreSQL a whole batch. */
const MOST_RECORDS = 1_000
const MOST_VALUES = 100

type Insert = (rows: readonly RowOf<Fields>[]) => InsertStatement

/** One statement for so many rows at most. */
const inParts =
  (most: number, insert: Insert): NonNullable<Inserts['insertMany']> =>
  (rows) =>
    Array.from({ length: Math.ceil(rows.length / most) }, (_, part) =>
      insert(rows.slice(part * most, (part + 1) * most)),
    )

/** However many rows there are, they are one parameter and the SQL is the same; a parameter for each value costs more in the driver than in the server. */
function recordsInsert(builder: Kysely<AnyTables>, entity: Entity): Insert {
  const { columns } = describeTable(entity)
  const record = sql.join(columns.map((column) => sql`${sql.id(column.name)} ${typeOf('postgres', column)}`))
  const insert = builder
    .insertInto(entity.name)
    .columns(columns.map(({ name }) => name))
    .expression(sql`select * from json_to_recordset(${''}) as record(${record})`)
    .compile()
  const recordOf = recorderOf(entity)
  return (rows) => ({ sql: insert.sql, parameters: [JSON.stringify(rows.map(recordOf))], hot: true })
}

/** SQL that has a place for each value; that of a whole part comes again and again. */
function valuesInsert(builder: Kysely<AnyTables>, entity: Entity, encode: (row: RowOf<Fields>) => unknown[]): Insert {
  const texts = new Map<number, string>()
  return (rows) => {
    const text = texts.get(rows.length) ?? insertOf(builder, entity, rows.length)
    texts.set(rows.length, text)
    return { sql: text, parameters: rows.flatMap(encode), hot: rows.length === MOST_VALUES }
  }
}

const insertOf = (builder: Kysely<AnyTables>, entity: Entity, rows: number): string => {
  // Compiling needs some value for each parameter; only the SQL is kept.
  const blank = Object.fromEntries(Object.keys(entity.columns).map((column) => [column, 0]))
  return builder
    .insertInto(entity.name)
    .values(Array.from({ length: rows }, () => blank))
    .compile().sql
}
