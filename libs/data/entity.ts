import {
  type Field,
  type FieldError,
  type FieldOptions,
  type Fields,
  factsOf,
  id,
  integer,
  text,
  timestamp,
  type Value,
} from '@mainspring/core'
import { createBlankCheck, foldedParts } from './folded.ts'
import { type Index, indexesOf, type Table, withReference } from './table.ts'

/** A row's hidden version. Every write raises it; it never shows in JSON, because `JSON.stringify` passes over symbols. */
export const VERSION = Symbol('version')

/** What every entity has besides its own columns. `path` is computed, not stored. */
const standardFields = {
  id: id({ filter: true, order: true, description: 'Chosen by the client on create, else a UUIDv7.' }),
  create_time: timestamp({ output_only: true, filter: true, order: true, description: 'When it was made.' }),
  update_time: timestamp({ output_only: true, filter: true, order: true, description: 'When it was last written.' }),
}

/** A resource and the table that holds it, stated once. Types, schemas, SQL and documents are made from it. */
export interface Entity<C extends Fields = Fields, N extends string = string> extends Table<Fields, N> {
  /** Plural, kebab-case: the collection in the path. */
  readonly collection: string
  /** Singular, kebab-case. */
  readonly singular: string
  /** The name of its type in documents: `BudgetItem`. */
  readonly type_name: string
  readonly description: string
  /** The declared fields, without those that every entity has. */
  readonly fields: C
  /** Every field that is sent or received under its name, in the order of answers; `path` and `version` are not among them. */
  readonly all_fields: Fields
  /** Columns that are computed from the row on every write, and neither sent nor received. */
  readonly derived: Readonly<Record<string, Derived<C>>>
  /** Rules for one row that no single field can state. */
  check(row: RowOf<C>): readonly FieldError[]
}

/** A row of an entity's declared columns, with what every entity has. */
export type RowOf<C> = {
  readonly id: string
  /** `pizzas/abc`. */
  readonly path: string
  readonly create_time: string
  readonly update_time: string
  readonly [VERSION]: number
} & { readonly [K in keyof C]: Value<C[K]> }

/** A row: what the database holds, and what is sent. */
export type Row<E> = E extends Entity<infer C> ? RowOf<C> : never

type Options<F> = F extends Field<unknown, infer O> ? O : never
type OutputOnly<C> = { [K in keyof C]: Options<C[K]> extends { readonly output_only: true } ? K : never }[keyof C]
type Absentable<C> = {
  [K in keyof C]: Options<C[K]> extends { readonly optional: true } | { readonly default: unknown } ? K : never
}[keyof C]
type Flat<T> = { [K in keyof T]: T[K] }

/** `Create`, from the declared fields. */
export type CreateOf<C> = { readonly id?: string } & { readonly [K in Exclude<keyof C, OutputOnly<C>>]: Value<C[K]> }
/** `Insert`, from the declared fields. */
export type InsertOf<C> = Flat<
  { readonly id?: string } & { readonly [K in Exclude<keyof C, Absentable<C>>]: Value<C[K]> } & {
    readonly [K in Extract<keyof C, Absentable<C>>]?: Value<C[K]>
  }
>

/** What a client gives to make a row, checked, defaults taken. */
export type Create<E> = E extends Entity<infer C> ? Flat<CreateOf<C>> : never
/** What a client may change, each field optional. */
export type Patch<E> = E extends Entity<infer C> ? Flat<Partial<Omit<CreateOf<C>, 'id'>>> : never
/** What a use case gives to make a row: `Create` and the output-only fields; what is optional or has a default may be absent. */
export type Insert<E> = E extends Entity<infer C> ? InsertOf<C> : never
/** What a use case may change in a row, from the declared fields. */
export type ChangesOf<C> = { readonly [K in keyof C]?: Value<C[K]> | undefined }

/** What an entity may say besides its columns. */
export interface EntityOptions<C> {
  readonly description?: string
  readonly indexes?: readonly Index[]
  /** Rules for one row that no single field can state; checked on every insert and update, whichever door it came through. */
  readonly check?: (row: RowOf<C>) => readonly FieldError[]
  /**
   * Columns for queries of one's own, computed from the row on every write: they are in the table, and in no row, request
   * or answer. One that is added to a table with rows needs a migration step that fills it.
   */
  readonly derived?: Readonly<Record<string, Derived<C>>>
}

/** A column that follows from others, such as a name without regard to case. */
export interface Derived<C> {
  readonly field: Field
  /** The columns from which it follows. */
  readonly of: readonly (keyof C & string)[]
  from(row: RowOf<C>): unknown
}

type SnakeCase<N extends string> = N extends `${infer Head}-${infer Tail}` ? `${Head}_${SnakeCase<Tail>}` : N

/**
 * States a resource and its table.
 *
 *     export const Sprocket = entity('sprockets', 'sprocket', { teeth: integer({ min: 1, filter: true, order: true }) })
 *     export interface Sprocket extends Row<typeof Sprocket> {}
 */
export function entity<const C extends Fields, const N extends string>(
  collection: N,
  singular: string,
  fields: C,
  options: EntityOptions<C> = {},
): Entity<C, SnakeCase<N>> {
  const { id, create_time, update_time } = standardFields
  const all_fields: Fields = { id, ...fields, create_time, update_time }
  const folded = foldedParts(fields)
  const findBlanks = createBlankCheck(fields)
  const derived: Readonly<Record<string, Derived<C>>> = { ...folded.derived, ...options.derived }
  const columns: Fields = {
    ...all_fields,
    ...Object.fromEntries(Object.entries(derived).map(([name, { field }]) => [name, field])),
    version: integer({ min: 0 }),
  }
  return {
    name: collection.replaceAll('-', '_') as SnakeCase<N>,
    columns,
    primary_key: ['id'],
    indexes: indexesOf(columns, [...folded.indexes, ...(options.indexes ?? [])]),
    collection,
    singular,
    type_name: singular.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    description: options.description ?? '',
    fields,
    all_fields,
    derived,
    check: (row) => [...findBlanks(row), ...(options.check?.(row) ?? [])],
  }
}

/** The id of another entity's row. Deleting that row is refused while this one is there, unless forced. */
export function reference<const O extends FieldOptions<string>>(target: () => Entity, options?: O): Field<string, O> {
  return withReference(id(options), target)
}

/** The field that every answer has and no table stores. */
export const pathField = text({ output_only: true, description: 'Collection and id.' })

/** Whether a value is a row of some entity. */
export const isRow = (value: unknown): value is RowOf<unknown> =>
  typeof value === 'object' && value !== null && VERSION in value

/** The ETag of a row: opaque, strong, changed by every write (RFC 9110, section 8.8.3). */
export const etagOf = (row: { readonly [VERSION]: number }): string => `"${row[VERSION].toString(36)}"`

/** Whether clients may write a field. */
export const isWritable = (field: Field): boolean => !factsOf(field).options.output_only
