import { type Field, type FieldKind, type Fields, factsOf, isFolded, type Value } from '@mainspring/core'
import type { EngineName } from './engine.ts'

/** An index; columns are ascending unless they begin with `-`. */
export interface Index {
  readonly columns: readonly string[]
  readonly unique?: boolean
  /** Those that have it, where not all engines need it. */
  readonly engines?: readonly EngineName[]
}

/** A table: its columns are fields, so that what is stored and what is sent are declared once. */
export interface Table<C extends Fields = Fields, N extends string = string> {
  readonly name: N
  readonly columns: C
  readonly primary_key: readonly string[]
  readonly indexes: readonly Index[]
  /** The database numbers its rows: see `table`. */
  readonly is_numbered?: boolean
}

/** A stored row, as columns give it; of an entity those that it declares and those that every entity has. */
export type Stored<T> = T extends { readonly fields: infer C }
  ? { readonly id: string; readonly create_time: string; readonly update_time: string } & {
      readonly [K in keyof C]: Value<C[K]>
    }
  : T extends Table<infer C>
    ? { readonly [K in keyof C]: Value<C[K]> }
    : never

/** Kysely's view of some tables, for queries of one's own: `Kysely<TablesOf<[typeof Pizza, typeof Order]>>`. */
export type TablesOf<T extends readonly Table[]> = { [K in T[number] as K['name']]: Stored<K> }

/**
 * A table without the manners of a resource: for what the kernel keeps beside the entities.
 * Columns marked `unique` or `order`, and references, get an index of their own. With `is_numbered` the database gives the
 * primary key, one integer, to a row that comes without it: later ones are greater, and none comes twice, also when rows
 * are deleted.
 */
export function table<const C extends Fields, const N extends string>(
  name: N,
  columns: C,
  options: {
    readonly primary_key: readonly (keyof C & string)[]
    readonly indexes?: readonly Index[]
    readonly is_numbered?: boolean
  },
): Table<C, N> {
  return { name, columns, ...options, indexes: indexesOf(columns, options.indexes) }
}

const REFERENCE = Symbol('reference')

/** All indexes of a table: those that its columns ask for, then those that were declared. */
export function indexesOf(columns: Fields, declared: readonly Index[] = []): readonly Index[] {
  const wanted = Object.entries(columns).flatMap(([name, field]): Index[] => {
    const { unique, order } = factsOf(field).options
    if (unique && !isFolded(field)) return [{ columns: [name], unique: true }]
    if (name === 'id') return []
    if (order && 'id' in columns) return [{ columns: [name, 'id'] }]
    return REFERENCE in field ? [{ columns: [name] }] : []
  })
  return [...wanted, ...declared]
}

/** A field with the table that its value points into. */
export function withReference<F extends Field>(field: F, target: () => Table): F {
  return Object.assign(field, { [REFERENCE]: target })
}

/** The table that a field points into, if it is a reference. */
export function referenceOf(field: Field): Table | undefined {
  return REFERENCE in field && typeof field[REFERENCE] === 'function' ? field[REFERENCE]() : undefined
}

/** A column as a snapshot keeps it: what decides its type and its CHECK constraint, on any engine. */
export interface ColumnSnapshot {
  readonly name: string
  readonly kind: FieldKind
  readonly nullable: boolean
  /** For rows that are there when the column is added; new rows always give a value. */
  readonly default?: unknown
  readonly values?: readonly string[]
  readonly min_length?: number
  readonly max_length?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusive_minimum?: number
  readonly exclusive_maximum?: number
}

/** An index as a snapshot keeps it. */
export interface IndexSnapshot {
  readonly name: string
  readonly columns: readonly string[]
  readonly unique: boolean
  readonly engines?: readonly EngineName[]
}

/** A table as a snapshot keeps it: plain JSON, compared to draft migrations. */
export interface TableSnapshot {
  readonly name: string
  readonly columns: readonly ColumnSnapshot[]
  readonly primary_key: readonly string[]
  /** The database gives the key of a row that comes without it. */
  readonly is_numbered?: true
  readonly indexes: readonly IndexSnapshot[]
  readonly foreign_keys: readonly { readonly name: string; readonly column: string; readonly table: string }[]
}

/** Describes a table for the migration differ. Constraint names follow from table and columns; errors are mapped back by them. */
export function describeTable(table: Table): TableSnapshot {
  return {
    name: table.name,
    columns: Object.entries(table.columns).map(([name, field]) => describeColumn(name, field)),
    primary_key: table.primary_key,
    ...(table.is_numbered ? { is_numbered: true } : {}),
    indexes: table.indexes.map(({ columns, unique = false, engines }) => ({
      name: [table.name, ...columns.map((column) => column.replace('-', '')), unique ? 'unique' : 'index'].join('_'),
      columns,
      unique,
      ...(engines ? { engines } : {}),
    })),
    foreign_keys: Object.entries(table.columns).flatMap(([column, field]) => {
      const target = referenceOf(field)
      return target ? [{ name: `${table.name}_${column}_foreign`, column, table: target.name }] : []
    }),
  }
}

interface Bounds {
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly enum?: readonly string[]
}

function describeColumn(name: string, field: Field): ColumnSnapshot {
  const { kind, options, schema } = factsOf(field)
  const bounds: Bounds = schema
  const described = {
    name,
    kind,
    nullable: options.optional === true,
    default: options.default,
    values: bounds.enum,
    min_length: bounds.minLength || undefined,
    max_length: bounds.maxLength,
    minimum: bounds.minimum === Number.MIN_SAFE_INTEGER ? undefined : bounds.minimum,
    maximum: bounds.maximum === Number.MAX_SAFE_INTEGER ? undefined : bounds.maximum,
    exclusive_minimum: bounds.exclusiveMinimum,
    exclusive_maximum: bounds.exclusiveMaximum,
  }
  return Object.fromEntries(
    Object.entries(described).filter(([, value]) => value !== undefined),
  ) as unknown as ColumnSnapshot
}
