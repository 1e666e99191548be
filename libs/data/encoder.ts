import { type FieldKind, type Fields, factsOf } from '@mainspring/core'
import type { Engine } from './engine.ts'
import { type Entity, type RowOf, VERSION } from './entity.ts'

type Read = (row: RowOf<Fields>) => unknown
type Encoder = readonly [kind: FieldKind, read: Read]

/** Makes some columns of a row what an engine holds, in their order. */
export function encoderOf(
  engine: Engine,
  entity: Entity,
  columns: readonly string[],
): (row: RowOf<Fields>) => unknown[] {
  const encoders = columns.map((name): Encoder => {
    const field = entity.columns[name]
    return [field === undefined ? 'text' : factsOf(field).kind, columnReader(entity, name)]
  })
  return (row) => encoders.map(([kind, read]) => engine.encode(kind, read(row)))
}

/** Makes all columns of a row an object that is sent as JSON. */
export function recorderOf(entity: Entity): (row: RowOf<Fields>) => object {
  const readers = Object.keys(entity.columns).map((name): [string, Read] => [name, columnReader(entity, name)])
  return (row) => {
    const record: Record<string, unknown> = {}
    for (const [name, read] of readers) record[name] = read(row)
    return record
  }
}

function columnReader(entity: Entity, name: string): Read {
  if (name === 'version') return (row) => row[VERSION]
  const derived = entity.derived[name]
  return derived ? (row) => derived.from(row) : (row) => Reflect.get(row, name)
}
