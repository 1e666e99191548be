import { type FieldError, type Fields, factsOf, invalidFields } from '@mainspring/core'
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
  const errors: FieldError[] = []
  for (const [name, field] of Object.entries(entity.fields)) {
    const { kind } = factsOf(field)
    if (kind === 'timestamp' && typeof row[name] === 'string') {
      const canonical = canonicalTimestamp(row[name])
      if (canonical === undefined)
        errors.push({ field: name, code: 'format', detail: 'It is not a moment between the years 1 and 9999.' })
      else row[name] = canonical
    }
    if (kind === 'number' && row[name] === 0) row[name] = 0 // -0 is 0 in JSON and in no database
  }
  const checked = row as RowOf<Fields>
  if (errors.length === 0) errors.push(...entity.check(checked))
  if (errors.length > 0) throw invalidFields(errors)
  return checked
}

/** RFC 3339 in any offset to UTC with milliseconds, cut off, not rounded; undefined when no database could hold it. */
export function canonicalTimestamp(text: string): string | undefined {
  const time = Date.parse(text)
  return time >= FIRST_MOMENT && time <= LAST_MOMENT ? new Date(time).toISOString() : undefined
}

const FIRST_MOMENT = Date.parse('0001-01-01T00:00:00.000Z')
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z')
