import { canonicalMoment, createValidator, type Fields, factsOf, invalidFields, type Validator } from '@mainspring/core'
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
  const row: Record<string | symbol, unknown> = { id, path: `${entity.collection}/${id}` }
  for (const [name, field] of Object.entries(entity.fields)) {
    const { options } = factsOf(field)
    row[name] = Reflect.get(values, name) ?? options.default ?? null
  }
  row.create_time = now
  row.update_time = now
  row[VERSION] = version
  return checkedRow(entity, row)
}

/** The row after changes: `undefined` changes nothing, the version goes up. Throws as `newRow`. */
export function changedRow(entity: Entity, before: RowOf<Fields>, changes: object, now: string): RowOf<Fields> {
  const row: Record<string | symbol, unknown> = { ...before }
  for (const name of Object.keys(entity.fields)) {
    const value: unknown = Reflect.get(changes, name)
    if (value !== undefined) row[name] = value
  }
  row.update_time = now
  row[VERSION] = before[VERSION] + 1
  return checkedRow(entity, row)
}

function checkedRow(entity: Entity, row: Record<string | symbol, unknown>): RowOf<Fields> {
  const errors = validatorOf(entity)(row)
  if (errors.length > 0) throw invalidFields(errors)
  for (const [name, field] of Object.entries(entity.fields)) {
    const { kind } = factsOf(field)
    const value = row[name]
    if (kind === 'timestamp' && typeof value === 'string') row[name] = canonicalMoment(value)
    if (kind === 'number' && value === 0) row[name] = 0 // -0 is 0 in JSON and in no database
  }
  const checked = row as RowOf<Fields>
  const broken = entity.check(checked)
  if (broken.length > 0) throw invalidFields(broken)
  return checked
}

const validators = new WeakMap<Entity, Validator>()

/** The door has checked the same, but fixtures and use cases come through others. */
function validatorOf(entity: Entity): Validator {
  const known = validators.get(entity)
  if (known) return known
  const { id, ...fields } = { id: entity.all_fields.id, ...entity.fields }
  const schema = { type: 'object', properties: { id, ...fields }, required: Object.keys(fields) }
  const validator = createValidator(schema, 'body')
  validators.set(entity, validator)
  return validator
}
