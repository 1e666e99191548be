import { describeFormat, ID_PATTERN, type Schema } from '@mainspring/core'

/** A line of the table of what an event says. */
export interface FieldRow {
  /** `items[].pizza_id` of what is inside. */
  readonly name: string
  /** What it may be, in words. */
  readonly rules: string
  readonly description: string
}

/** The keywords by which fields are described; see libs/core. */
interface Described {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}

/** The fields of an object and of all within, each a row. */
export function listFields(schema: Schema, within = ''): readonly FieldRow[] {
  const { properties = {} }: Described = schema
  return Object.entries(properties).flatMap(([member, part]) => {
    const name = `${within}${member}`
    const { description = '', items }: Described = part
    return [
      { name, rules: describeRules(part), description },
      ...listFields(part, `${name}.`),
      ...listItems(items, name),
    ]
  })
}

const listItems = (items: Schema | undefined, name: string): readonly FieldRow[] =>
  items ? listFields(items, `${name}[].`) : []

function describeRules(schema: Described): string {
  const { type, items, default: fallback } = schema
  const isNullable = Array.isArray(type) && type.includes('null')
  const isPlain = items !== undefined && !('properties' in items)
  return [
    `${describeType(schema)}${isPlain ? `, each ${describeRules(items)}` : ''}`,
    ...(isNullable ? ['or null'] : []),
    ...(fallback === undefined || fallback === null ? [] : [`${JSON.stringify(fallback)} by default`]),
  ].join(', ')
}

/** Whoever knows a format or the values need not hear of lengths. */
function describeType(schema: Described): string {
  const { type, enum: values, format, pattern } = schema
  if (values) return `one of ${values.filter((value) => value !== null).join(', ')}`
  if (format !== undefined) return describeFormat(format)
  if (pattern === ID_PATTERN) return 'an id'
  const name = [type].flat().find((each) => each !== 'null') ?? ''
  return [TYPES[name] ?? name, ...(pattern === undefined ? [] : [`like ${pattern}`]), ...describeBounds(schema)].join(
    ', ',
  )
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

function describeBounds(schema: Described): readonly string[] {
  const { minLength, maxLength, minItems, maxItems, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  return [
    describeRange(minLength, maxLength, ' character'),
    describeRange(minItems, maxItems, ' item'),
    describeRange(saneOf(minimum), saneOf(maximum), ''),
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    exclusiveMaximum === undefined ? '' : `below ${exclusiveMaximum}`,
  ].filter((bound) => bound !== '')
}

/** What every whole number keeps is not worth a word. */
const saneOf = (bound: number | undefined): number | undefined =>
  Math.abs(bound ?? 0) === Number.MAX_SAFE_INTEGER ? undefined : bound

function describeRange(least: number | undefined, most: number | undefined, unit: string): string {
  const count = (bound: number) => `${bound}${unit === '' || bound === 1 ? unit : `${unit}s`}`
  if (least !== undefined && most !== undefined) return `${least} to ${count(most)}`
  if (least !== undefined) return `at least ${count(least)}`
  return most === undefined ? '' : `at most ${count(most)}`
}
