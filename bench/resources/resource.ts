/** How a column is compared and stored. */
export type ColumnKind = 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp'

/** A row as both drivers give it: timestamps are RFC 3339 text, integers are numbers. */
export type StoredRow = Readonly<Record<string, string | number | boolean | null>> & {
  readonly id: string
  readonly create_time: string
  readonly update_time: string
  readonly version: number
}

/** What a client may send of a resource, checked. */
export type Values = Readonly<Record<string, unknown>>

/**
 * A resource to be measured: what its service is asked, and what somebody who writes that service by hand would write for
 * this resource alone. Both servers stand on the tables that the service's own migrations make.
 */
export interface Resource {
  /** As in `node apps/main.ts sprockets`. */
  readonly service: string
  readonly collection: string
  readonly singular: string
  readonly table: string
  /** What filters and orders may name, and the columns of the table but `version`, in the order of answers. */
  readonly columns: Readonly<Record<string, ColumnKind>>
  /** JSON Schemas of the fields that a client writes, without `id`. */
  readonly fields: Readonly<Record<string, object>>
  readonly required: readonly string[]
  /** What is answered of a row, spelled out: the shape that engines like best. */
  readonly present: (row: StoredRow) => object
  /** The writable fields in the order of `fields`, as they are bound. */
  readonly bind: (values: Values) => (string | number | null)[]
  /** A body to create the nth one with. */
  readonly body: (index: number) => Values
  /** A change of the nth one. */
  readonly patch: (index: number) => Values
  /** A filter and an order that a fifth to a half of the rows meet; another one for another index. */
  readonly query: (index: number) => { readonly filter: string; readonly order_by: string }
  /** SQL of that query with fixed values, for the server without checks. */
  readonly plainQuery: { readonly where: string; readonly order: string }
}
