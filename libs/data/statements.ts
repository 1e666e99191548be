import { type Fields, factsOf } from '@mainspring/core'
import type { Kysely } from 'kysely'
import { encoderOf, entityColumns } from './encoder.ts'
import type { Engine, EngineName, RawValues } from './engine.ts'
import { type Entity, type RowOf, VERSION } from './entity.ts'
import { compileInserts, type Inserts } from './inserts.ts'
import { requiringRows } from './prepared.ts'
import type { AnyTables } from './query.ts'
import { type Shares, sharesOf } from './shares.ts'
import type { Table } from './table.ts'
import { markOf, type Verbatim } from './verbatim.ts'

/** The hot statements of an entity on an engine, compiled once, and its codec. */
export interface Statements extends Inserts {
  readonly find: string
  readonly findForUpdate: string
  readonly findManyForShare: Shares
  /** Parameters: every column but `id` and `create_time`, then id and the version that is expected. */
  readonly update: string
  /** The same for PostgreSQL, but that it fails if the row is not as expected. */
  readonly updateRequired: string
  /** Parameters: id and the version that is expected. */
  readonly delete: string
  /** Makes a row of the values of `readColumns`. */
  readonly decode: (values: RawValues) => RowOf<Fields>
  /** Makes rows for an answer of such values, and adds their texts to `json`: see `Verbatim`. */
  readonly decodeVerbatim: (rows: readonly RawValues[], json: string[]) => Verbatim<RowOf<Fields>>
  readonly updateValues: (row: RowOf<Fields>) => unknown[]
}

/** Compiles an entity's statements; keep the result, this is the dear part. */
export function compileStatements(engine: Engine, builder: Kysely<AnyTables>, entity: Entity): Statements {
  const columns = entityColumns(entity)
  const changing = columns.filter(({ name }) => name !== 'id' && name !== 'create_time')
  // Compiling needs some value for each parameter; only the SQL is kept.
  const find = builder.selectFrom(entity.name).select(readColumns(entity)).where('id', '=', 0)
  const update = builder
    .updateTable(entity.name)
    .set(Object.fromEntries(changing.map(({ name }) => [name, 0])))
    .where('id', '=', 0)
    .where('version', '=', 0)
  return {
    find: find.compile().sql,
    findForUpdate: (engine.name === 'sqlite' ? find : find.forUpdate()).compile().sql,
    findManyForShare: sharesOf(engine, builder, entity),
    ...compileInserts(engine, builder, entity, columns),
    update: update.compile().sql,
    updateRequired: requiringRows(`${update.compile().sql} returning 1`),
    delete: builder.deleteFrom(entity.name).where('id', '=', 0).where('version', '=', 0).compile().sql,
    decode: decoderOf(entity, engine.decoder),
    decodeVerbatim: verbatimDecoderOf(entity, engine.decoder),
    updateValues: encoderOf(engine, changing),
  }
}

/** MySQL's way to pass over a taken key, IGNORE, would pass over every other mistake as well: there it is a fault. */
export function compileInsertUnlessThere(engine: EngineName, builder: Kysely<AnyTables>, table: Table): string {
  const insert = builder
    .insertInto(table.name)
    .values(Object.fromEntries(Object.keys(table.columns).map((column) => [column, 0])))
  return (engine === 'mysql' ? insert : insert.onConflict((key) => key.doNothing())).compile().sql
}

/** The columns that make a row: the id first, the version last. */
export const readColumns = (entity: Entity): readonly string[] =>
  Object.keys(entity.columns).filter((name) => !(name in entity.derived))

type Codec = readonly [name: string, decode: ((raw: unknown) => unknown) | undefined]

function decoderOf(entity: Entity, decoder: Engine['decoder']): Statements['decode'] {
  const codecs = Object.entries(entity.all_fields).map(([name, field]): Codec => [name, decoder(factsOf(field).kind)])
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

function verbatimDecoderOf(entity: Entity, decoder: Engine['decoder']): Statements['decodeVerbatim'] {
  let kept: string[] = []
  const keep = (text: unknown) => markOf(kept.push(String(text)) - 1)
  const decode = decoderOf(entity, (kind) => (kind === 'json' ? keep : decoder(kind)))
  return (rows, json) => {
    kept = json
    return { rows: rows.map(decode), json }
  }
}
