import type { Schema } from '@mainspring/core'

/** The keywords by which fields are described; see libs/core. */
interface Shape {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/**
 * What one schema allows and a later one does not, each a sentence that names the field. Where it cannot tell it finds
 * something: another pattern counts as a narrower one.
 */
export function listNarrowings(before: Schema, after: Schema, field = ''): readonly string[] {
  const lost = lostTypes(before, after)
  // What is of another type has other rules anyway.
  if (lost.length > 0) return [`${field} may no longer be ${lost.join(' or ')}.`]
  const own = [...compareValues(before, after), ...compareLimits(before, after)]
  return [...own.map((sentence) => `${field} ${sentence}`), ...compareParts(before, after, field)]
}

function lostTypes(before: Shape, after: Shape): readonly string[] {
  const allowed = typesOf(after)
  return [...typesOf(before)].filter((type) => !allowed.has(type))
}

/** A whole number is a number, too. */
const typesOf = ({ type = [] }: Shape): ReadonlySet<string> =>
  new Set([type].flat().flatMap((name) => (name === 'number' ? [name, 'integer'] : name)))

function compareValues(before: Shape, after: Shape): readonly string[] {
  const values = after.enum
  if (!values) return []
  if (!before.enum) return [`may only be ${list(values)} now.`]
  const lost = before.enum.filter((value) => value !== null && !values.includes(value))
  return lost.length === 0 ? [] : [`may no longer be ${list(lost)}.`]
}

const list = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(', ')

function compareLimits(before: Schema, after: Schema): readonly string[] {
  return Object.entries(LIMITS).flatMap(([keyword, isNarrower]) => {
    const [was, is]: readonly unknown[] = [Reflect.get(before, keyword), Reflect.get(after, keyword)]
    if (is === undefined || (was !== undefined && !isNarrower(was, is))) return []
    return [`has ${keyword} ${is} now${was === undefined ? '' : `, no longer ${was}`}.`]
  })
}

const isOther = (was: unknown, is: unknown): boolean => is !== was
const isHigher = (was: unknown, is: unknown): boolean => Number(is) > Number(was)
const isLower = (was: unknown, is: unknown): boolean => Number(is) < Number(was)

/** Keywords that leave less if they are there than if they are not, and when one of them leaves less than it did. */
const LIMITS: Readonly<Record<string, (was: unknown, is: unknown) => boolean>> = {
  format: isOther,
  pattern: isOther,
  minLength: isHigher,
  minItems: isHigher,
  minimum: isHigher,
  exclusiveMinimum: isHigher,
  maxLength: isLower,
  maxItems: isLower,
  maximum: isLower,
  exclusiveMaximum: isLower,
}

function compareParts(before: Shape, after: Shape, field: string): readonly string[] {
  const { properties: old = {}, required: wasRequired = [] } = before
  const { properties: current = {}, required = [] } = after
  const nameOf = (name: string) => (field === '' ? name : `${field}.${name}`)
  return [
    ...Object.entries(old).flatMap(([name, part]) => {
      const kept = current[name]
      return kept ? listNarrowings(part, kept, nameOf(name)) : [`${nameOf(name)} is gone.`]
    }),
    ...required
      .filter((name) => !wasRequired.includes(name))
      .map((name) => `${nameOf(name)} must be given now; it needs a default, or to be optional.`),
    ...(before.items && after.items ? listNarrowings(before.items, after.items, `${field}[]`) : []),
  ]
}
