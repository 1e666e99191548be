import type { ErrorObject } from 'ajv/dist/2020.js'
import { type FieldError, joinField } from './errors.ts'

/** Where a value comes from: it decides what the whole is called and what an unknown member is. */
export type Place = 'body' | 'query' | 'path' | 'headers'

/** More mistakes than anybody reads are not told. */
const MAX_ERRORS = 100

/** Describes what Ajv found in a value, by field, each field and code once. */
export function describeErrors(errors: readonly ErrorObject[], value: unknown, place: Place): readonly FieldError[] {
  const told = new Map<string, FieldError>()
  for (const error of withoutForms(withoutAlternatives(errors))) {
    const described = describe(error, value, place)
    told.set(`${described.field} ${described.code}`, described)
    if (told.size === MAX_ERRORS) break
  }
  return [...told.values()]
}

/** A text of another form is mostly also too long, or does not match: what it should be says all of that. */
function withoutForms(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const formless = new Set(errors.filter(({ keyword }) => keyword === 'format').map(({ instancePath }) => instancePath))
  return errors.filter(({ keyword, instancePath }) => !(isForm(keyword) && formless.has(instancePath)))
}

const isForm = (keyword: string): boolean => keyword === 'pattern' || keyword === 'minLength' || keyword === 'maxLength'

/** A choice of shapes fails together with what is wrong in each shape: the latter says more, but "must be null" says nothing. */
function withoutAlternatives(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const telling = errors.filter(({ keyword, params }) => !isChoice(keyword) && params.type !== 'null')
  return telling.length > 0 ? telling : errors
}

const isChoice = (keyword: string): boolean => keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'if'

function describe(error: ErrorObject, value: unknown, place: Place): FieldError {
  const [code, detail] = (SENTENCES[error.keyword] ?? mismatch)(error.params, place)
  const member =
    error.params.missingProperty ?? error.params.additionalProperty ?? error.params.unevaluatedProperty ?? ''
  return { field: joinField(fieldAt(error.instancePath, value), shortened(member)) || place, code, detail }
}

/** What a client makes up as a name is told back to it, but not by the megabyte. */
const shortened = (name: string): string => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name)

const LONGEST_NAME = 100

type Sentence = (params: ErrorObject['params'], place: Place) => readonly [code: string, detail: string]

const mismatch: Sentence = () => ['mismatch', 'Must have one of the shapes that are allowed.']
const unknown: Sentence = (_, place) =>
  place === 'body'
    ? ['unknown_field', 'Must not be given: there is no such field.']
    : ['unknown_parameter', 'Must not be given: there is no such parameter.']

const SENTENCES: Readonly<Record<string, Sentence>> = {
  required: () => ['required', 'Must be given.'],
  dependentRequired: ({ property }) => ['required', `Must be given together with ${property}.`],
  additionalProperties: unknown,
  unevaluatedProperties: unknown,
  type: ({ type }) => ['type', `Must be ${nameTypes(type)}.`],
  enum: ({ allowedValues }) => ['enum', `Must be one of ${list(allowedValues)}.`],
  const: ({ allowedValue }) => ['enum', `Must be ${JSON.stringify(allowedValue)}.`],
  minimum: ({ limit }) => ['minimum', `Must be at least ${limit}.`],
  maximum: ({ limit }) => ['maximum', `Must be at most ${limit}.`],
  exclusiveMinimum: ({ limit }) => ['minimum', `Must be greater than ${limit}.`],
  exclusiveMaximum: ({ limit }) => ['maximum', `Must be less than ${limit}.`],
  multipleOf: ({ multipleOf }) => ['multiple', `Must be a multiple of ${multipleOf}.`],
  minLength: ({ limit }) => [
    'too_short',
    limit === 1 ? 'Must not be empty.' : `Must have at least ${limit} characters.`,
  ],
  maxLength: ({ limit }) => ['too_long', `Must have at most ${limit} characters.`],
  pattern: ({ pattern }) => ['pattern', `Must match ${pattern}.`],
  format: ({ format }) => ['format', `Must be ${describeFormat(format)}.`],
  minItems: ({ limit }) => ['too_few', limit === 1 ? 'Must not be empty.' : `Must have at least ${limit} items.`],
  maxItems: ({ limit }) => ['too_many', `Must have at most ${limit} items.`],
  minProperties: ({ limit }) => ['too_few', `Must have at least ${limit} fields.`],
  maxProperties: ({ limit }) => ['too_many', `Must have at most ${limit} fields.`],
  uniqueItems: ({ i, j }) => ['duplicate', `Must not have the same item twice (at ${j} and ${i}).`],
  propertyNames: ({ propertyName }) => ['name', `Must not have the name ${JSON.stringify(propertyName)}.`],
}

/** What a text of a format is: completes "It must be …". */
export const describeFormat = (format: string): string => FORMATS[format] ?? `of the format ${format}`

const FORMATS: Readonly<Record<string, string>> = {
  date: 'a day of the calendar, such as 2026-11-20',
  'date-time': 'a moment with its offset, such as 2026-11-20T09:30:00Z',
  currency_code: 'an ISO 4217 currency code, such as EUR',
  region_code: 'an ISO 3166-1 region code, such as DE',
  time_zone: 'a time zone of the IANA database, such as Europe/Berlin',
  time_span: 'a length of time, such as 90s, 5m, 12h or 7d',
  email: 'an e-mail address',
  uri: 'an absolute URI',
  uuid: 'a UUID',
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
}

const nameTypes = (type: string | readonly string[]): string =>
  [type]
    .flat()
    .map((name) => TYPES[name] ?? name)
    .join(' or ')

const list = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(', ')

/** `/requests/2/teeth` as people write it: `requests[2].teeth`. What is an index and what a name, only the value can tell. */
function fieldAt(pointer: string, value: unknown): string {
  let field = ''
  let parent = value
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    field = joinField(field, Array.isArray(parent) ? `[${name}]` : name)
    parent = typeof parent === 'object' && parent !== null ? Reflect.get(parent, name) : undefined
  }
  return field
}
