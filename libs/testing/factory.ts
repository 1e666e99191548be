import { randomBytes } from 'node:crypto'
import { type Field, type Fields, factsOf } from '@mainspring/core'
import type { Entity, InsertOf } from '@mainspring/data'
import fc from 'fast-check'
import { type JsonSchema, typeOf } from './json-schema.ts'

/** Makes the values of one new row; what is given stands, the rest is made up. */
export type Factory<C> = (overrides?: Partial<InsertOf<C>>) => InsertOf<C>

/**
 * Creates a factory of valid rows for tests, from the fields of an entity: what must be there gets its example, or the
 * least that its rules allow; the rest takes its default. The same calls give the same values, except in unique fields,
 * which differ from those of every run before. A rule over several fields, or a reference, needs `defaults` that keep it.
 *
 * @example
 * const newSprocket = createFactory(Sprocket)
 * const sprocket = await db.insert(Sprocket, newSprocket({ teeth: 7 }))
 */
export function createFactory<C extends Fields>(entity: Entity<C>, defaults: Partial<InsertOf<C>> = {}): Factory<C> {
  const needed = Object.entries(entity.fields).filter(([, field]) => isNeeded(field))
  const alike = Object.fromEntries(
    needed.map(([name, field]) => [name, factsOf(field).options.example ?? leastValue(factsOf(field).schema, name)]),
  )
  const unique = needed.filter(([, field]) => factsOf(field).options.unique)
  let made = 0
  return (overrides = {}) => {
    made += 1
    const distinct = unique.map(([name, field]) => [name, distinctValue(name, factsOf(field).schema, made)])
    return { ...alike, ...Object.fromEntries(distinct), ...defaults, ...overrides }
  }
}

const isNeeded = (field: Field): boolean => {
  const { optional, default: fallback } = factsOf(field).options
  return !optional && fallback === undefined
}

/** Told apart from the rows of earlier runs by a number that each run draws. */
const run = randomBytes(4).readUInt32BE()

function distinctValue(name: string, schema: JsonSchema, serial: number): unknown {
  const distinct = run * 100_000 + serial
  const { minimum = 0, maxLength = 200, minLength = 0 } = schema
  if (typeOf(schema) !== 'string') return Math.max(minimum, 0) + distinct
  if (schema.format === 'email') return `${distinct}@example.com`
  return `${name} ${distinct}`.slice(-maxLength).padStart(minLength, '-')
}

function leastValue(schema: JsonSchema, name: string): unknown {
  const [example = schema.enum?.[0]] = schema.examples ?? []
  if (example !== undefined) return example
  switch (typeOf(schema)) {
    case 'string':
      return leastText(schema, name)
    case 'integer':
      return Math.max(Math.min(1, schema.maximum ?? 1), schema.minimum ?? 1)
    case 'number':
      return leastNumber(schema)
    case 'boolean':
      return false
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => leastValue(schema.items ?? {}, name))
    default:
      return leastObject(schema)
  }
}

function leastText({ format, pattern, minLength = 0, maxLength = 200 }: JsonSchema, name: string): string {
  if (format === 'date') return '2026-01-01'
  if (format === 'date-time') return '2026-01-01T00:00:00.000Z'
  if (pattern !== undefined) return fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 1, seed: 1 })[0] ?? ''
  return name.slice(0, maxLength).padEnd(minLength, '-')
}

function leastNumber({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): number {
  const lowest = minimum ?? exclusiveMinimum
  const highest = maximum ?? exclusiveMaximum
  if (lowest === undefined) return highest === undefined ? 1 : highest - 1
  return highest === undefined ? lowest + 1 : (lowest + highest) / 2
}

const leastObject = ({ properties = {}, required = [] }: JsonSchema): object =>
  Object.fromEntries(required.map((name) => [name, leastValue(properties[name] ?? {}, name)]))
