import fc from 'fast-check'
import { type JsonSchema, typeOf } from './json-schema.ts'

/** Arbitrary values that a schema of the kernel's own kind allows, at and between its bounds; of an unknown format, its examples. */
export function arbitraryValue(schema: JsonSchema): fc.Arbitrary<unknown> {
  const value = withoutNull(schema)
  return Array.isArray(schema.type) ? fc.option(value, { nil: null }) : value
}

function withoutNull(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum.filter((value) => value !== null))
  switch (typeOf(schema)) {
    case 'string':
      return arbitraryText(schema)
    case 'integer':
      return arbitraryInteger(schema)
    case 'number':
      return arbitraryNumber(schema)
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(arbitraryValue(schema.items ?? {}), lengths(schema.minItems, schema.maxItems))
    default:
      return arbitraryObject(schema)
  }
}

const FIRST_MOMENT = new Date('0001-01-01T00:00:00.000Z')
const LAST_MOMENT = new Date('9999-12-31T23:59:59.999Z')
const moment = fc.date({ min: FIRST_MOMENT, max: LAST_MOMENT, noInvalidDate: true }).map((date) => date.toISOString())

function arbitraryText({ format, pattern, minLength, maxLength, examples }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') return moment
  if (format === 'date') return moment.map((text) => text.slice(0, 10))
  if (format !== undefined && examples?.length) return fc.constantFrom(...examples.map(String))
  if (pattern !== undefined)
    return fc
      .stringMatching(new RegExp(pattern))
      .filter((text) => text.length <= (maxLength ?? Number.POSITIVE_INFINITY))
  const short = fc.string({ unit: 'binary', ...lengths(minLength, maxLength) })
  const ends = [minLength, maxLength].filter((length) => length !== undefined)
  const atBounds = ends.map((length) => fc.string({ unit: 'binary', minLength: length, maxLength: length }))
  return fc.oneof({ arbitrary: short, weight: 8 }, ...atBounds).map((text) => text.replaceAll('\0', '0'))
}

function arbitraryInteger({
  minimum: min = Number.MIN_SAFE_INTEGER,
  maximum: max = Number.MAX_SAFE_INTEGER,
}: JsonSchema) {
  return fc.oneof({ arbitrary: fc.integer({ min, max }), weight: 8 }, fc.constantFrom(min, max))
}

function arbitraryNumber({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): fc.Arbitrary<number> {
  const min = minimum ?? exclusiveMinimum
  const max = maximum ?? exclusiveMaximum
  return fc.double({
    ...(min === undefined ? {} : { min, minExcluded: minimum === undefined }),
    ...(max === undefined ? {} : { max, maxExcluded: maximum === undefined }),
    noDefaultInfinity: true,
    noNaN: true,
  })
}

function arbitraryObject({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<object> {
  const members = Object.entries(properties).map(([name, member]): [string, fc.Arbitrary<unknown>] => [
    name,
    arbitraryValue(member),
  ])
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required], noNullPrototype: true })
}

/** A list of a hundred shows no more than one of ten. */
const lengths = (min = 0, max = Number.POSITIVE_INFINITY) => ({ minLength: min, maxLength: Math.min(max, min + 10) })
