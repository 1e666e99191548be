import { type FieldKind, type Fields, factsOf } from '@mainspring/core'
import type { Engine } from './engine.ts'
import { type Entity, type RowOf, VERSION } from './entity.ts'
import type { Table } from './table.ts'

/** A column that is written, and where its value in a row is. */
export interface Column<R> {
  readonly name: string
  readonly kind: FieldKind
  readonly read: (row: R) => unknown
}

/** All columns of an entity. */
export const entityColumns = (entity: Entity): readonly Column<RowOf<Fields>>[] =>
  Object.entries(entity.columns).map(([name, field]) => ({
    name,
    kind: factsOf(field).kind,
    read: columnReader(entity, name),
  }))

/** The columns of a plain table that somebody gives: not the one that the database numbers. */
export const givenColumns = ({ columns, primary_key, is_numbered }: Table): readonly Column<object>[] =>
  Object.entries(columns)
    .filter(([name]) => !(is_numbered && primary_key.includes(name)))
    .map(([name, field]) => ({ name, kind: factsOf(field).kind, read: (row) => Reflect.get(row, name) ?? null }))

/** Makes some columns of a row what an engine holds, in their order. */
export function encoderOf<R>(engine: Engine, columns: readonly Column<R>[]): (row: R) => unknown[] {
  return (row) => columns.map(({ kind, read }) => engine.encode(kind, read(row)))
}

/** Makes columns of a row an object with these keys in place of their names. */
export function recorderOf<R>(columns: readonly Column<R>[], keys: readonly string[]): (row: R) => object {
  const readers = columns.map(({ name, read }, place) => ({ key: keys[place] ?? name, read }))
  const blank = Object.fromEntries(readers.map(({ key }) => [key, null]))
  return (row) => {
    const record: Record<string, unknown> = { ...blank }
    for (const { key, read } of readers) record[key] = read(row)
    return record
  }
}

function columnReader(entity: Entity, name: string): Column<RowOf<Fields>>['read'] {
  if (name === 'version') return (row) => row[VERSION]
  const derived = entity.derived[name]
  return derived ? (row) => derived.from(row) : (row) => row[name]
}
