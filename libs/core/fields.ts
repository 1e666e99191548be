import { ID_PATTERN } from './ids.ts'
import type { Schema } from './schema.ts'

/** How a field is stored and compared. `json` is anything with parts. */
export type FieldKind = 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp' | 'json'

/** What every field may say of itself. All of it is data: schemas, tables, filters and documents are made from it. */
export interface FieldOptions<T = unknown> {
  readonly description?: string
  readonly example?: T
  /** May be absent or null; absent is stored and sent as null. */
  readonly optional?: boolean
  /** Taken when the field is absent, and restored by a null in a patch. */
  readonly default?: T
  /** Owned by the service: ignored in requests, never applied from them. */
  readonly output_only?: boolean
  /** Taken in requests, never sent in answers. */
  readonly input_only?: boolean
  /** No two rows share a value; nulls do not count. */
  readonly unique?: boolean
  /** May stand in a `filter`. */
  readonly filter?: boolean
  /** May stand in an `order_by`, and gets an index. */
  readonly order?: boolean
}

/** Options of text. Lengths count code points. */
export interface TextOptions extends FieldOptions<string> {
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  /**
   * Also kept without regard to case and outer spaces, as `foldText` has it: a `filter` may ask for that, and `unique` means
   * it. Needs `max`; white space alone is refused.
   */
  readonly folded?: boolean
}

/** Options of an integer; without bounds it takes what a double holds exactly, ±(2^53 − 1). */
export interface IntegerOptions extends FieldOptions<number> {
  readonly min?: number
  readonly max?: number
}

/** Options of a number. `above` and `below` are bounds that are not themselves allowed. */
export interface NumberOptions extends FieldOptions<number> {
  readonly min?: number
  readonly max?: number
  readonly above?: number
  readonly below?: number
}

/** Options of a list. */
export interface ArrayOptions<T> extends FieldOptions<readonly T[]> {
  readonly min?: number
  readonly max?: number
}

/** What the kernel knows of a field beyond its JSON Schema. */
export interface FieldFacts<O> {
  readonly kind: FieldKind
  readonly options: O
  /** The JSON Schema of a value that is there: no null, no default. */
  readonly schema: Schema
}

const FACTS = Symbol('field')

/** Holds no value: what a field describes is known to types alone. */
declare const VALUE: unique symbol

/** A JSON Schema of `T` that also knows its options `O`: one declaration for types, validation, tables and documents. */
export interface Field<T = unknown, O = object> {
  readonly [FACTS]: FieldFacts<O>
  readonly [VALUE]?: T
}

/** Named fields, as an entity, a body or an event declares them. */
export type Fields = Readonly<Record<string, Field>>

/** What a field holds once its default is taken: null only if it is optional. */
export type Value<F> =
  F extends Field<infer T, infer O> ? (O extends { readonly optional: true } ? T | null : T) : never

/** The object that named fields describe, defaults taken. */
export type ObjectOf<P> = { readonly [K in keyof P]: Value<P[K]> }

/** The facts of a field. */
export const factsOf = (field: Field): FieldFacts<FieldOptions> => field[FACTS] as FieldFacts<FieldOptions>

/** Whether a field is text that is also kept without regard to case. */
export const isFolded = (field: Field): boolean => Reflect.get(factsOf(field).options, 'folded') === true

/** Text; give `max` to all that is indexed. */
export const text = <const O extends TextOptions>(options?: O): Field<string, O> =>
  field<string, O>(
    'text',
    present({ type: 'string', minLength: options?.min, maxLength: options?.max, pattern: options?.pattern }),
    options,
  )

/** An id of a resource. */
export const id = <const O extends FieldOptions<string>>(options?: O): Field<string, O> =>
  field<string, O>('text', { type: 'string', pattern: ID_PATTERN, maxLength: 63 }, options)

/** A whole number that a double holds exactly. */
export const integer = <const O extends IntegerOptions>(options?: O): Field<number, O> =>
  field<number, O>(
    'integer',
    {
      type: 'integer',
      minimum: options?.min ?? Number.MIN_SAFE_INTEGER,
      maximum: options?.max ?? Number.MAX_SAFE_INTEGER,
    },
    options,
  )

/** A finite number, a double. */
export const number = <const O extends NumberOptions>(options?: O): Field<number, O> =>
  field<number, O>(
    'number',
    present({
      type: 'number',
      minimum: options?.min,
      maximum: options?.max,
      exclusiveMinimum: options?.above,
      exclusiveMaximum: options?.below,
    }),
    options,
  )

/** True or false. */
export const boolean = <const O extends FieldOptions<boolean>>(options?: O): Field<boolean, O> =>
  field<boolean, O>('boolean', { type: 'boolean' }, options)

/** A day of the calendar, `2026-11-20`, without a time zone. */
export const date = <const O extends FieldOptions<string>>(options?: O): Field<string, O> =>
  field<string, O>('date', { type: 'string', format: 'date' }, options)

/** A moment, RFC 3339; any offset comes in, UTC with milliseconds is stored and goes out. */
export const timestamp = <const O extends FieldOptions<string>>(options?: O): Field<string, O> =>
  field<string, O>('timestamp', { type: 'string', format: 'date-time' }, options)

/** An e-mail address as browsers take it: ASCII, at most 254 characters. */
export const email = <const O extends FieldOptions<string>>(options?: O): Field<string, O> =>
  field<string, O>('text', formatted('email', undefined, 254, ['ada@example.com']), options)

/** An amount of money, exact: a whole number of the currency's minor unit, such as cents; at least 0 unless `min` says otherwise. */
export const minorAmount = <const O extends IntegerOptions>(options?: O): Field<number, O> =>
  field<number, O>('integer', integer({ min: 0, ...options })[FACTS].schema, options)

/** The code of a currency in use, ISO 4217; see `isCurrency`. The database checks no list, because the list changes. */
export const currency = <const O extends FieldOptions<string>>(options?: O): Field<string, O> =>
  field<string, O>('text', formatted('currency_code', '^[A-Z]{3}$', 3, ['EUR', 'USD', 'JPY', 'KWD']), options)

/** The code of a country or territory, ISO 3166-1 alpha-2. */
export const region = <const O extends FieldOptions<string>>(options?: O): Field<string, O> =>
  field<string, O>('text', formatted('region_code', '^[A-Z]{2}$', 2, ['DE', 'US', 'JP', 'ZA']), options)

/** The name of a time zone, IANA; see `isTimeZone`. */
export const timeZone = <const O extends FieldOptions<string>>(options?: O): Field<string, O> =>
  field<string, O>('text', formatted('time_zone', undefined, 64, ['Europe/Berlin', 'UTC', 'Asia/Kathmandu']), options)

/** A length of time as settings say it, `7d`; see `toMilliseconds`. */
export const timeSpan = <const O extends FieldOptions<string>>(options?: O): Field<string, O> =>
  field<string, O>('text', formatted('time_span', undefined, 5, ['90s', '5m', '12h', '7d']), options)

/** One of a few words. */
export const oneOf = <const V extends string, const O extends FieldOptions<V>>(
  values: readonly V[],
  options?: O,
): Field<V, O> => field<V, O>('text', { type: 'string', enum: [...values] }, options)

/** A list of what another field describes; stored whole. */
export const array = <T, P, const O extends ArrayOptions<T>>(items: Field<T, P>, options?: O): Field<readonly T[], O> =>
  field<readonly T[], O>(
    'json',
    present({ type: 'array', items, minItems: options?.min, maxItems: options?.max }),
    options,
  )

/** An object of named fields and no others; stored whole. */
export const object = <P extends Fields, const O extends FieldOptions>(fields: P, options?: O): Field<ObjectOf<P>, O> =>
  field<ObjectOf<P>, O>('json', objectSchema(fields), options)

/** The JSON Schema of an object that holds these fields and no others. */
export function objectSchema(fields: Fields): Schema {
  const required = Object.entries(fields).filter(([, field]) => isRequired(field))
  return {
    type: 'object',
    properties: { ...fields },
    ...(required.length > 0 ? { required: required.map(([name]) => name) } : {}),
    additionalProperties: false,
  }
}

/** Whether a request must give this field. */
export function isRequired(field: Field): boolean {
  const { optional, output_only, default: fallback } = factsOf(field).options
  return !optional && !output_only && fallback === undefined
}

function field<T, O extends FieldOptions>(kind: FieldKind, schema: Schema, options?: O): Field<T, O> {
  const given: FieldOptions = options ?? {}
  const facts: FieldFacts<FieldOptions> = { kind, options: given, schema }
  const described = {
    ...(given.optional ? nullable(schema) : schema),
    ...present({
      description: given.description,
      default: given.default ?? (given.optional && !given.output_only ? null : undefined),
      examples: given.example === undefined ? undefined : [given.example],
      readOnly: given.output_only,
      writeOnly: given.input_only,
    }),
  }
  return Object.assign(described, { [FACTS]: facts as FieldFacts<O> })
}

/** Text of a format, with examples, because nobody could make one up. */
const formatted = (
  format: string,
  pattern: string | undefined,
  maxLength: number,
  examples: readonly string[],
): Schema => present({ type: 'string', format, pattern, maxLength, examples: [...examples] })

function nullable(schema: Schema): Schema {
  const { type, enum: values, ...rest }: { type?: string; enum?: readonly unknown[] } = schema
  return { ...rest, type: [type, 'null'], ...(values ? { enum: [...values, null] } : {}) }
}

/** Without the members that are undefined, which JSON Schema would not forgive. */
function present<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}
