import type { Fields } from '@mainspring/core'
import { type FieldKind, factsOf } from '@mainspring/core'
import type { Kysely } from 'kysely'
import type { Engine, EngineName, RawValues } from './engine.ts'
import { type Entity, type RowOf, VERSION } from './entity.ts'
import type { AnyTables } from './query.ts'
import type { Table } from './table.ts'

/** The hot statements of an entity on an engine, compiled once, and its codec. */
export interface Statements {
  readonly find: string
  readonly findForUpdate: string
  readonly insert: string
  /** Parameters: every column but `id` and `create_time`, then id and the version that is expected. */
  readonly update: string
  /** Parameters: id and the version that is expected. */
  readonly delete: string
  /** Makes a row of the values of `readColumns`. */
  readonly decode: (values: RawValues) => RowOf<Fields>
  /** All columns' values in the order of `insert`. */
  readonly insertValues: (row: RowOf<Fields>) => unknown[]
  readonly updateValues: (row: RowOf<Fields>) => unknown[]
  /** An INSERT of so many rows; parameters as `insert`, row after row. */
  readonly insertMany: (rows: number) => string
}

/** Compiles an entity's statements; keep the result, this is the dear part. */
export function compileStatements(engine: Engine, builder: Kysely<AnyTables>, entity: Entity): Statements {
  const columns = Object.keys(entity.columns)
  const changing = columns.filter((column) => column !== 'id' && column !== 'create_time')
  // Compiling needs some value for each parameter; only the SQL is kept.
  const blank = Object.fromEntries(columns.map((column) => [column, 0]))
  const find = builder.selectFrom(entity.name).select(readColumns(entity)).where('id', '=', 0)
  const update = builder
    .updateTable(entity.name)
    .set(Object.fromEntries(changing.map((column) => [column, 0])))
    .where('id', '=', 0)
    .where('version', '=', 0)
  return {
    find: find.compile().sql,
    findForUpdate: (engine.name === 'sqlite' ? find : find.forUpdate()).compile().sql,
    insert: builder.insertInto(entity.name).values(blank).compile().sql,
    update: update.compile().sql,
    delete: builder.deleteFrom(entity.name).where('id', '=', 0).where('version', '=', 0).compile().sql,
    insertMany: remembered((rows) => {
      const blanks = Array.from({ length: rows }, () => blank)
      return builder.insertInto(entity.name).values(blanks).compile().sql
    }),
    decode: decoderOf(engine, entity),
    insertValues: encoderOf(engine, entity, columns),
    updateValues: encoderOf(engine, entity, changing),
  }
}

/** MySQL's way to pass over a taken key, IGNORE, would pass over every other mistake as well: there it is a fault. */
export function compileInsertUnlessThere(engine: EngineName, builder: Kysely<AnyTables>, table: Table): string {
  const insert = builder
    .insertInto(table.name)
    .values(Object.fromEntries(Object.keys(table.columns).map((column) => [column, 0])))
  return (engine === 'mysql' ? insert : insert.onConflict((key) => key.doNothing())).compile().sql
}

function remembered(make: (rows: number) => string): (rows: number) => string {
  const made = new Map<number, string>()
  return (rows) => {
    const text = made.get(rows) ?? make(rows)
    made.set(rows, text)
    return text
  }
}

/** The columns that make a row: the id first, the version last. */
export const readColumns = (entity: Entity): readonly string[] =>
  Object.keys(entity.columns).filter((name) => !(name in entity.derived))

type Codec = readonly [name: string, decode: ((raw: unknown) => unknown) | undefined]

function decoderOf(engine: Engine, entity: Entity): Statements['decode'] {
  const codecs = Object.entries(entity.all_fields).map(
    ([name, field]): Codec => [name, engine.decoder(factsOf(field).kind)],
  )
  const prefix = `${entity.collection}/`
  return (values) => {
    const [id] = values
    const row: Record<string | symbol, unknown> = { id, path: `${prefix}${id}` }
    for (let index = 1; index < codecs.length; index++) {
      const [name, decode] = codecs[index] as Codec
      const value = values[index]
      row[name] = decode === undefined || value === null ? value : decode(value)
    }
    row[VERSION] = values[codecs.length]
    return row as RowOf<Fields>
  }
}

type Encoder = readonly [kind: FieldKind, read: (row: RowOf<Fields>) => unknown]

function encoderOf(engine: Engine, entity: Entity, columns: readonly string[]): (row: RowOf<Fields>) => unknown[] {
  const encoders = columns.map((name): Encoder => {
    const field = entity.columns[name]
    return [field === undefined ? 'text' : factsOf(field).kind, valueReader(entity, name)]
  })
  return (row) => encoders.map(([kind, read]) => engine.encode(kind, read(row)))
}

function valueReader(entity: Entity, name: string): (row: RowOf<Fields>) => unknown {
  if (name === 'version') return (row) => row[VERSION]
  const derived = entity.derived[name]
  return derived ? (row) => derived.from(row) : (row) => Reflect.get(row, name)
}
