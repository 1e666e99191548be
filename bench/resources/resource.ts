import type { OperationName } from '../operations.ts'
import type { FieldError } from '../twin/problem.ts'

/** How a column is compared and stored. */
export type ColumnKind = 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp' | 'json'

/** A row as both drivers give it, and its JSON read: timestamps are RFC 3339 text, integers are numbers. */
export type StoredRow = Readonly<Record<string, string | number | boolean | object | null>> & {
  readonly id: string
  readonly create_time: string
  readonly update_time: string
  readonly version: number
}

/** What a client may send of a resource, checked. */
export type Values = Readonly<Record<string, unknown>>

/** Fields by their JSON Schemas, and which of them must be given. */
export interface Shape {
  readonly fields: Readonly<Record<string, object>>
  readonly required: readonly string[]
}

/**
 * A resource to be measured: what its service is asked, and what somebody who writes that service by hand would write for
 * this resource alone. Both servers stand on the tables that the service's own migrations make. `fields` are those that a
 * client writes, without `id`.
 */
export interface Resource extends Shape {
  /** As in `npm start -- sprockets`. */
  readonly service: string
  readonly collection: string
  readonly singular: string
  readonly table: string
  /** What it is asked. */
  readonly operations: readonly OperationName[]
  /** How many there are at first, where that is not as many as of others. */
  readonly rows?: number
  /** Whether the service keeps the answers of its reads: then each has an ETag. */
  readonly is_cached?: boolean
  /** The columns that are answered, in the order of answers. */
  readonly columns: Readonly<Record<string, ColumnKind>>
  readonly filters: readonly string[]
  readonly orders: readonly string[]
  readonly nullable: readonly string[]
  /** What a create takes, where that is more, or less is needed, than of a whole resource. */
  readonly creation?: Shape
  /** The columns that a write fills, without `id`, times and `version`, in the order of `bind`. */
  readonly stored: Readonly<Record<string, ColumnKind>>
  /** Where a field is the id of another resource: its table, and what one of it is called. */
  readonly references: Readonly<Record<string, { readonly table: string; readonly singular: string }>>
  /** Rules that no schema of a single field can state. */
  readonly findMistakes: (values: Values) => readonly FieldError[]
  /** What a create stores of a checked body: defaults that depend on the day are taken. */
  readonly complete: (values: Values) => Values
  /** What is answered of a row, spelled out: the shape that engines like best. */
  readonly present: (row: StoredRow) => object
  readonly bind: (values: Values) => (string | number | null)[]
  /** What a create is reckoned from. */
  readonly basis?: Basis
  /** What the service tells others of a row that comes or changes: the types of its events. */
  readonly tell?: { readonly created: string; readonly updated?: string; readonly say: (row: StoredRow) => object }
  /** What must be there before the first one is made. */
  readonly foundation: readonly { readonly collection: string; readonly rows: readonly Values[] }[]
  /** A body to create the nth one with. */
  readonly body: (index: number) => Values
  /** A change of the nth one. */
  readonly patch: (index: number) => Values
  /** A filter and an order that a fifth to a half of the rows meet; another one for another index. */
  readonly query: (index: number) => { readonly filter: string; readonly order_by: string }
  /** SQL of that query with fixed values, for the server without checks. */
  readonly plainQuery: { readonly where: string; readonly order: string }
}

/** Rows of other tables from which a create is reckoned, and which nobody changes until it is there. */
export interface Basis {
  /** By table: its columns besides the id, and which rows a checked body is about. */
  readonly tables: Readonly<
    Record<
      string,
      { readonly columns: Readonly<Record<string, ColumnKind>>; readonly idsOf: (values: Values) => readonly string[] }
    >
  >
  /** What of it needs no database. */
  readonly prepare: (values: Values) => Promise<Values>
  /** What is stored. Throws for all that is wrong at once. */
  readonly reckon: (prepared: Values, found: Found) => Values
}

/** Rows by table and id. */
export type Found = Readonly<Record<string, ReadonlyMap<string, StoredRow>>>

/** The schema of an id. */
export const id = { type: 'string', pattern: '^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$', maxLength: 63 }
