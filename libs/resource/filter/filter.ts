import type { FieldKind } from '@mainspring/core'

/**
 * A filter whose fields and types are right. `==` is an `in` with one value, and `startsWith` is a range, so that both
 * find an index; a comparison that no stored value can meet is an `in` with none.
 */
export type Filter =
  | { readonly type: 'and' | 'or'; readonly terms: readonly Filter[] }
  | { readonly type: 'not'; readonly term: Filter }
  | Condition

/** A test of one field. It is false for a null, unless null is among the values of `in`. `has` is about a list. */
export type Condition =
  | { readonly type: 'in'; readonly operand: Operand; readonly values: readonly (FilterValue | null)[] }
  | { readonly type: Order; readonly operand: Operand; readonly value: FilterValue }
  | { readonly type: 'contains'; readonly operand: Operand; readonly value: string }
  | { readonly type: 'has'; readonly operand: Operand; readonly value: string }

/** Relations that need an order. Text is ordered by code point, false before true. */
export type Order = '<' | '<=' | '>' | '>='

/** A value as fields hold it: dates and timestamps are text, the latter in UTC with milliseconds. */
export type FilterValue = string | number | boolean

/** A column that is tested, or its lower case if `lowered`: A to Z alone. `folded` text stands in a column of its own. */
export interface Operand {
  readonly name: string
  readonly kind: FieldKind
  readonly nullable: boolean
  readonly lowered: boolean
}
