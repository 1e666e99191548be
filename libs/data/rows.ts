import {
  canonicalMoment,
  createValidator,
  type FieldKind,
  type Fields,
  factsOf,
  invalidFields,
  type Validator,
} from '@mainspring/core'
import { type Entity, type RowOf, VERSION } from './entity.ts'

/** What the kernel decides for a new row. */
export interface Identity {
  readonly id: string
  readonly now: string
  readonly version: number
}

/**
 * A new row from what was given: absent fields take their default or null, times become UTC with milliseconds.
 * Throws `invalid_request` naming every field that breaks a rule of the row.
 */
export function newRow(entity: Entity, values: object, { id, now, version }: Identity): RowOf<Fields> {
  const { columns, blank } = planOf(entity)
  const path = `${entity.collection}/${id}`
  const row: Record<string | symbol, unknown> = {
    ...blank,
    id,
    path,
    create_time: now,
    update_time: now,
    [VERSION]: version,
  }
  for (const { name } of columns) {
    const value: unknown = Reflect.get(values, name)
    if (value !== undefined && value !== null) row[name] = value
  }
  return checkedRow(entity, row)
}

/** The row after changes: `undefined` changes nothing, the version goes up. Throws as `newRow`. */
export function changedRow(entity: Entity, before: RowOf<Fields>, changes: object, now: string): RowOf<Fields> {
  const row: Record<string | symbol, unknown> = { ...before }
  for (const { name } of planOf(entity).columns) {
    const value: unknown = Reflect.get(changes, name)
    if (value !== undefined) row[name] = value
  }
  row.update_time = now
  row[VERSION] = before[VERSION] + 1
  return checkedRow(entity, row)
}

function checkedRow(entity: Entity, row: Record<string | symbol, unknown>): RowOf<Fields> {
  const { validate, rounded } = planOf(entity)
  const errors = validate(row)
  if (errors.length > 0) throw invalidFields(errors)
  for (const { name, kind } of rounded) {
    const value = row[name]
    if (kind === 'timestamp' && typeof value === 'string') row[name] = canonicalMoment(value)
    if (kind === 'number' && value === 0) row[name] = 0 // -0 is 0 in JSON and in no database
  }
  const checked = row as RowOf<Fields>
  const broken = entity.check(checked)
  if (broken.length > 0) throw invalidFields(broken)
  return checked
}

/** What of an entity matters to each of its rows. */
interface Plan {
  readonly columns: readonly Column[]
  /** A row without values but for defaults: a copy of it takes half the memory of one that grows column by column. */
  readonly blank: object
  /** Those whose values a database would not give back as they came. */
  readonly rounded: readonly Column[]
  /** The door has checked the same, but fixtures and use cases come through others. */
  readonly validate: Validator
}

interface Column {
  readonly name: string
  readonly kind: FieldKind
}

const plans = new WeakMap<Entity, Plan>()

function planOf(entity: Entity): Plan {
  const known = plans.get(entity)
  if (known) return known
  const columns = Object.entries(entity.fields).map(([name, field]): Column => ({ name, kind: factsOf(field).kind }))
  const defaults = Object.entries(entity.fields).map(([name, field]) => [name, factsOf(field).options.default ?? null])
  const blank = {
    id: '',
    path: '',
    ...Object.fromEntries(defaults),
    create_time: '',
    update_time: '',
    [VERSION]: 0,
  }
  const rounded = columns.filter(({ kind }) => kind === 'timestamp' || kind === 'number')
  const { id, ...fields } = { id: entity.all_fields.id, ...entity.fields }
  const schema = { type: 'object', properties: { id, ...fields }, required: Object.keys(fields) }
  const plan = { columns, blank, rounded, validate: createValidator(schema, 'body') }
  plans.set(entity, plan)
  return plan
}
