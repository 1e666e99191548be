import {
  array,
  boolean,
  date,
  type Field,
  type FieldKind,
  type FieldOptions,
  id,
  integer,
  number,
  oneOf,
  text,
  timestamp,
} from '@mainspring/core'
import fc from 'fast-check'
import { type Table, table, withReference } from '../../table.ts'
import { canHold } from '../compare.ts'

/** A column before it becomes a field, so that a test can look at it and change it. */
export interface ColumnPlan {
  readonly kind: FieldKind
  readonly options: FieldOptions & { readonly min?: number; readonly max?: number; readonly above?: number }
  readonly values?: readonly string[]
  /** The table that the column points at. */
  readonly target?: string
}

/** Tables by name, their columns by name; every table has an `id` besides. */
export type Plan = Readonly<Record<string, Readonly<Record<string, ColumnPlan>>>>

/**
 * Values that every rule made here allows: so no migration fails for its rows. They differ from row to row, so that a
 * column may become unique; and rows have the same ids in all tables, so that a reference may move to another table.
 */
export const ROW_IDS = ['row-1', 'row-2', 'row-3']
const VALUES: Readonly<Record<FieldKind, readonly unknown[]>> = {
  text: ['ON', "O'F\\F;", 'é😀\n-- x'],
  integer: [1, 2, 2 ** 40],
  number: [1.5, 2, 1e300],
  boolean: [true, false, true],
  date: ['2026-11-20', '1970-01-01', '2024-02-29'],
  timestamp: ['2026-11-20T22:28:00.123Z', '1971-01-01T00:00:00.000Z', '2024-02-29T12:00:00.999Z'],
  json: [['b', 'a'], [], ["O'F\\F"]],
}

/** What a column holds in a row that is not null there. */
export const valueIn = ({ kind, target }: ColumnPlan, row: number): unknown => (target ? ROW_IDS : VALUES[kind])[row]

const optional = fc.boolean()
const order = fc.boolean()
const defaultOf = (kind: FieldKind) => fc.constantFrom({}, { default: VALUES[kind][0] })

/** Either a default or unique, because several rows could take the default. */
const uniqueOrDefault = (kind: FieldKind) => fc.oneof(defaultOf(kind), fc.constant({ unique: true }))

const column = (kind: FieldKind, ...options: readonly fc.Arbitrary<object>[]): fc.Arbitrary<ColumnPlan> =>
  fc.tuple(...options).map((parts) => ({ kind, options: Object.assign({}, ...parts) }))

const texts = fc.oneof(
  column(
    'text',
    fc.record({ optional, order, max: fc.constantFrom(20, 90), min: fc.constantFrom(0, 1) }),
    uniqueOrDefault('text'),
  ),
  column('text', fc.record({ optional }), fc.constantFrom({}, { default: "'; drop\\" })),
  fc.record({
    kind: fc.constant('text' as const),
    values: fc.constantFrom(['ON', "O'F\\F;", 'é😀\n-- x'], ['ON', "O'F\\F;", 'é😀\n-- x', 'MORE']),
    options: fc.record({ optional, order }),
  }),
)
const integers = column(
  'integer',
  fc.record({ optional, order, min: fc.constantFrom(-5, 0) }),
  fc.constantFrom({}, { max: 2 ** 41 }),
  uniqueOrDefault('integer'),
)
const numbers = column(
  'number',
  fc.record({ optional, order, above: fc.constantFrom(-5, 0) }),
  uniqueOrDefault('number'),
)
const booleans = column('boolean', fc.record({ optional, order }), defaultOf('boolean'))
const dates = column('date', fc.record({ optional, order }), uniqueOrDefault('date'))
const timestamps = column('timestamp', fc.record({ optional, order }), uniqueOrDefault('timestamp'))
const jsons = column('json', fc.record({ optional }), defaultOf('json'))
/** Rows that are cast may break what they kept before, so these have no rules. */
const anything = fc
  .constantFrom<FieldKind>('text', 'integer', 'number', 'boolean', 'date', 'json')
  .chain((kind) => column(kind, fc.record({ optional }), defaultOf(kind)))

const TABLES = ['alpha', 'beta', 'gamma']

/** References go to the table itself or to one before it, so that rows can be put in one by one. */
const references = (name: string, present: readonly string[]): fc.Arbitrary<ColumnPlan> =>
  fc
    .record({ optional, unique: fc.boolean(), target: fc.constantFrom(...present.slice(0, present.indexOf(name) + 1)) })
    .map(({ target, ...options }) => ({ kind: 'text', options, target }))

const columns = (name: string, present: readonly string[]): fc.Arbitrary<Plan[string]> =>
  fc.record(
    {
      text: texts,
      other_text: texts,
      integer: integers,
      number: numbers,
      boolean: booleans,
      date: dates,
      timestamp: timestamps,
      json: jsons,
      any: anything,
      parent_id: references(name, present),
      other_id: references(name, present),
    },
    { requiredKeys: [] },
  )

/** Up to three tables with some columns of all kinds. */
export const plans: fc.Arbitrary<Plan> = fc
  .subarray(TABLES, { minLength: 1 })
  .chain((present) => fc.record(Object.fromEntries(present.map((name) => [name, columns(name, present)]))))

/**
 * Takes from a plan what must fail when rows are there: a new column that needs a value, and a reference to a table that
 * is new, so that no row is there to point at.
 */
export function reachableFrom(before: Plan, after: Plan): Plan {
  const possible = ([name, columns]: [string, Plan[string]]): [string, Plan[string]] => {
    const old = before[name]
    if (!old) return [name, columns]
    const kept = Object.entries(columns)
      .filter(([column, { target }]) => !(target && old[column] && !before[target]))
      .map(([column, plan]): [string, ColumnPlan] => {
        const stays = old[column] && canHold(plan.kind, old[column].kind)
        const needsValue = !stays && plan.options.default === undefined
        return [column, needsValue ? { ...plan, options: { ...plan.options, optional: true } } : plan]
      })
    return [name, Object.fromEntries(kept)]
  }
  return Object.fromEntries(Object.entries(after).map(possible))
}

/** Makes tables of a plan, with an index over two columns where there are such. */
export const tablesOf = (plan: Plan): readonly Table[] =>
  Object.entries(plan).map(([name, columns]) => {
    const fields = Object.fromEntries(Object.entries(columns).map(([column, plan]) => [column, fieldOf(plan)]))
    const indexes = fields.integer && fields.date ? [{ columns: ['integer', '-date'] }] : []
    return table(name, { id: id(), ...fields }, { primary_key: ['id'], indexes })
  })

function fieldOf({ kind, options, values, target }: ColumnPlan): Field {
  // Only the name of the table is asked for, and it may be this one itself, which is not made yet.
  if (target) return withReference(id(options as never), () => table(target, {}, { primary_key: [] }))
  return values ? oneOf(values, options as never) : makers[kind](options as never)
}

const makers: Readonly<Record<FieldKind, (options: never) => Field>> = {
  text,
  integer,
  number,
  boolean,
  date,
  timestamp,
  json: (options) => array(text(), options),
}
