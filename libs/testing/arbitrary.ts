import { type Field, type Fields, factsOf } from '@mainspring/core'
import { type CreateOf, type Entity, type InsertOf, isWritable } from '@mainspring/data'
import fc from 'fast-check'
import { arbitraryValue } from './arbitrary-value.ts'

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
  const model = Object.fromEntries(writable.map(([name, field]) => [name, arbitraryOfField(field)]))
  const requiredKeys = writable.filter(([, field]) => !isAbsentable(field)).map(([name]) => name)
  return fc.record({ ...model, ...given }, { requiredKeys, noNullPrototype: true }) as unknown as fc.Arbitrary<
    BodyOf<C>
  >
}

const isAbsentable = (field: Field): boolean => {
  const { optional, default: fallback } = factsOf(field).options
  return optional === true || fallback !== undefined
}

function arbitraryOfField(field: Field): fc.Arbitrary<unknown> {
  const { options, schema } = factsOf(field)
  const value = arbitraryValue(schema)
  return options.optional ? fc.option(value, { nil: null }) : value
}
