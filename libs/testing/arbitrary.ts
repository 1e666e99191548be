import { type Field, type Fields, factsOf } from '@mainspring/core'
import { type CreateOf, type Entity, type InsertOf, isWritable } from '@mainspring/data'
import fc from 'fast-check'
import { type JsonSchema, typeOf } from './json-schema.ts'

/** What a client may send to make a row: the `Insert` of it without what the service owns. */
export type BodyOf<C> = Pick<InsertOf<C>, keyof InsertOf<C> & keyof CreateOf<C>>

/**
 * Arbitrary valid bodies for creating an entity, from its fields: values at and between their bounds, Unicode text
 * without NUL, optional fields absent, null or there. Unique fields are not made unique. `given` replaces the values of some fields: for rules
 * over several fields, which a row would rarely keep by chance, and for references.
 *
 * @example
 * fc.assert(fc.asyncProperty(arbitraryOf(Sprocket), async (body) => { … }))
 */
export function arbitraryOf<C extends Fields>(
  entity: Entity<C>,
  given: { readonly [K in keyof BodyOf<C>]?: fc.Arbitrary<BodyOf<C>[K]> } = {},
): fc.Arbitrary<BodyOf<C>> {
  const writable = Object.entries(entity.fields).filter(([, field]) => isWritable(field))
  const model = Object.fromEntries(writable.map(([name, field]) => [name, arbitraryValue(field)]))
  const requiredKeys = writable.filter(([, field]) => !isAbsentable(field)).map(([name]) => name)
  return fc.record({ ...model, ...given }, { requiredKeys, noNullPrototype: true }) as unknown as fc.Arbitrary<
    BodyOf<C>
  >
}

const isAbsentable = (field: Field): boolean => {
  const { optional, default: fallback } = factsOf(field).options
  return optional === true || fallback !== undefined
}

function arbitraryValue(field: Field): fc.Arbitrary<unknown> {
  const { options, schema } = factsOf(field)
  const value = fromSchema(schema)
  return options.optional ? fc.option(value, { nil: null }) : value
}

function fromSchema(schema: JsonSchema): fc.Arbitrary<unknown> {
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
      return fc.array(fromSchema(schema.items ?? {}), lengths(schema.minItems, schema.maxItems))
    default:
      return arbitraryObject(schema)
  }
}

const FIRST_MOMENT = new Date('0001-01-01T00:00:00.000Z')
const LAST_MOMENT = new Date('9999-12-31T23:59:59.999Z')
const moment = fc.date({ min: FIRST_MOMENT, max: LAST_MOMENT, noInvalidDate: true }).map((date) => date.toISOString())

function arbitraryText({ format, pattern, minLength, maxLength }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') return moment
  if (format === 'date') return moment.map((text) => text.slice(0, 10))
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
    fromSchema(member),
  ])
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required], noNullPrototype: true })
}

/** A list of a hundred shows no more than one of ten. */
const lengths = (min = 0, max = Number.POSITIVE_INFINITY) => ({ minLength: min, maxLength: Math.min(max, min + 10) })
