import {
  array,
  boolean,
  type Field,
  type Fields,
  id,
  integer,
  number,
  object,
  objectSchema,
  oneOf,
  text,
} from '@mainspring/core'
import { arbitraryValue } from '@mainspring/testing'
import fc from 'fast-check'

/** An event's fields, the same at a later time, and something that was said in between. */
export interface Evolution {
  readonly before: Fields
  readonly after: Fields
  readonly said: object
}

const bound = fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined })
const bounds = fc
  .tuple(bound, bound)
  .map(([min, max]) => ({ ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max: max + 4 }) }))

/** How a field may be absent: a default must itself be allowed, so it is one that all bounds let through. */
const absence = <T>(fallback: T) =>
  fc.constantFrom<object>({}, { optional: true }, { default: fallback }, { optional: true, default: fallback })

const optionsWith = <T>(fallback: T) =>
  fc.tuple(bounds, absence(fallback)).map(([limits, absent]) => ({ ...limits, ...absent }))

const values = fc.subarray(['A', 'B', 'C'], { minLength: 1 })
const leaf: fc.Arbitrary<Field> = fc.oneof(
  optionsWith('four').map((options) => text(options)),
  absence('four').map((options) => text({ ...options, pattern: '^[a-z]*$' })),
  optionsWith(4).map((options) => integer(options)),
  optionsWith(4).map((options) => number(options)),
  fc
    .tuple(bound, bound)
    .map(([above, below]) => number({ ...(above === undefined ? {} : { above }), below: (below ?? 0) + 5 })),
  absence(true).map((options) => boolean(options)),
  absence('four').map((options) => id(options)),
  values.map((words) => oneOf(words)),
  values.map((words) => oneOf(words, { optional: true })),
)

const NAMES = ['a', 'b', 'c']

const { fields } = fc.letrec<{ field: Field; fields: Fields }>((tie) => ({
  field: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: leaf, weight: 4 },
    { arbitrary: fc.tuple(tie('field'), bounds).map(([items, options]) => array(items, options)), weight: 1 },
    {
      arbitrary: fc
        .tuple(tie('fields'), fc.boolean())
        .map(([parts, optional]) => object(parts, optional ? { optional } : {})),
      weight: 1,
    },
  ),
  fields: fc.dictionary(fc.constantFrom(...NAMES), tie('field'), { maxKeys: 3, noNullPrototype: true }),
}))

const pairs: fc.Arbitrary<readonly [Fields, Fields]> = fc
  .tuple(fields, fields, fc.subarray(NAMES))
  // Fields that all change are hardly ever compatible.
  .map(([before, other, changed]) => {
    const kept = Object.entries(before).filter(([name]) => !changed.includes(name))
    return [before, { ...other, ...Object.fromEntries(kept) }]
  })

/** Changes of all kinds, many of which break something. */
export const arbitraryEvolution: fc.Arbitrary<Evolution> = pairs.chain(([before, after]) =>
  arbitraryValue(objectSchema(before)).map((said) => ({ before, after, said: Object(said) })),
)
