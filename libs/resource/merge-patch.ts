import { createValidator, invalidFields, type Schema } from '@mainspring/core'
import { type Entity, isWritable, type RowOf } from '@mainspring/data'

/** Makes what applies merge patches to an entity's rows; `schema` is that of a whole resource, which the outcome must match. */
export function createMerge(entity: Entity, schema: Schema) {
  const names = Object.entries(entity.fields).flatMap(([name, field]) => (isWritable(field) ? [name] : []))
  const check = createValidator(schema, 'body')
  return (current: RowOf<unknown>, patch: Readonly<Record<string, unknown>>): Record<string, unknown> => {
    const next: Record<string, unknown> = {}
    for (const name of names) {
      const before: unknown = Reflect.get(current, name)
      const isPatched = Object.hasOwn(patch, name)
      const after = isPatched ? mergePatch(before, patch[name]) : before
      // What a patch takes away is absent, and gets its default.
      if (!isPatched || after !== null) next[name] = after
    }
    const errors = check(next)
    if (errors.length > 0) throw invalidFields(errors)
    return next
  }
}

/** Applies a JSON merge patch (RFC 7396, section 2): null removes, objects merge, everything else replaces. Returns a new value. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value))
  }
  // Not by assignment: a member called `__proto__` must stay a member.
  return Object.fromEntries(merged)
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
