import { formats as known } from '@mainspring/core'
import { Ajv, type ErrorObject } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import { id, type Resource, type Shape } from '../resources/resource.ts'
import { type FieldError, invalidFields } from './problem.ts'

const formats = { ...known, date: isDay }
const strict = new Ajv({ allErrors: true, useDefaults: true, messages: false, formats })
/** Queries are text. */
const coercing = new Ajv({ allErrors: true, useDefaults: true, coerceTypes: true, messages: false })

export const compileSchema: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === 'querystring' ? coercing : strict).compile(schema)

/** The schemas of one resource's requests. What the service owns may be sent, and is ignored. */
export function schemasOf(resource: Resource) {
  const { fields, creation, singular } = resource
  const body = objectOf(creation ?? resource)
  const patched = Object.entries(fields).map(([name, field]) => [name, nullable(field)])
  return {
    params: { type: 'object', properties: { [`${singular.replaceAll('-', '_')}_id`]: id } },
    nothing: { type: 'object', additionalProperties: false },
    body,
    whole: objectOf(resource),
    patch: {
      type: 'object',
      properties: { id, ...Object.fromEntries(patched), ...owned },
      additionalProperties: false,
    },
    batch: {
      type: 'object',
      properties: { requests: { type: 'array', items: body, minItems: 1, maxItems: 1000 } },
      required: ['requests'],
      additionalProperties: false,
    },
    create: { type: 'object', properties: { id }, additionalProperties: false },
    list: {
      type: 'object',
      properties: {
        max_page_size: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 50 },
        page_token: { type: 'string' },
        skip: { type: 'integer', minimum: 0, maximum: 10_000, default: 0 },
        filter: { type: 'string', maxLength: 10_000 },
        order_by: { type: 'string', maxLength: 1000 },
        show_total_size: { type: 'boolean', default: false },
      },
      additionalProperties: false,
    },
  }
}

const owned = { path: {}, create_time: {}, update_time: {} }

const objectOf = ({ fields, required }: Shape) => ({
  type: 'object',
  properties: { id, ...owned, ...fields },
  required,
  additionalProperties: false,
})

/** A default in a patch would overwrite what is there. */
function nullable(field: object): object {
  const { type, enum: values, default: _, ...rest }: { type?: string; enum?: string[]; default?: unknown } = field
  return { ...rest, type: [...new Set([type, 'null'].flat())], ...(values ? { enum: [...values, null] } : {}) }
}

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** A day of the calendar in the years 1 to 9999. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = DAY.exec(text)?.slice(1).map(Number) ?? []
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return year > 0 && day > 0 && day <= (month === 2 && isLeap ? 29 : (LENGTHS[month - 1] ?? 0))
}

/** Checks a resource after a merge patch as a whole. */
export function createWholeCheck(whole: object): (value: unknown) => void {
  const validate = strict.compile(whole)
  return (value) => {
    if (!validate(value)) throw invalidFields(describe(validate.errors ?? [], 'body'))
  }
}

/** What Ajv says, by field. */
export function describe(errors: readonly ErrorObject[], place: string): readonly FieldError[] {
  return errors.map(({ keyword, params, instancePath }) => {
    const [code, detail] = SENTENCES[keyword]?.(params, place) ?? ['mismatch', 'Is wrong.']
    const member = params.missingProperty ?? params.additionalProperty
    const path = [...instancePath.split('/').slice(1), ...(member === undefined ? [] : [member])]
    const field = path.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('')
    return { field: field.replace(/^\./, '') || place, code, detail }
  })
}

type Sentence = (params: ErrorObject['params'], place: string) => readonly [code: string, detail: string]

const SENTENCES: Readonly<Record<string, Sentence>> = {
  required: () => ['required', 'Must be given.'],
  additionalProperties: (_, place) =>
    place === 'body'
      ? ['unknown_field', 'Must not be given: there is no such field.']
      : ['unknown_parameter', 'Must not be given: there is no such parameter.'],
  type: ({ type }) => [
    'type',
    `Must be ${[type]
      .flat()
      .map((name) => TYPES[name])
      .join(' or ')}.`,
  ],
  enum: ({ allowedValues }) => [
    'enum',
    `Must be one of ${allowedValues.map((value: unknown) => JSON.stringify(value)).join(', ')}.`,
  ],
  minimum: ({ limit }) => ['minimum', `Must be at least ${limit}.`],
  maximum: ({ limit }) => ['maximum', `Must be at most ${limit}.`],
  exclusiveMinimum: ({ limit }) => ['minimum', `Must be greater than ${limit}.`],
  minLength: ({ limit }) => [
    'too_short',
    limit === 1 ? 'Must not be empty.' : `Must have at least ${limit} characters.`,
  ],
  maxLength: ({ limit }) => ['too_long', `Must have at most ${limit} characters.`],
  pattern: ({ pattern }) => ['pattern', `Must match ${pattern}.`],
  format: ({ format }) => ['format', `Must be ${FORMATS[format]}.`],
  minItems: ({ limit }) => ['too_few', limit === 1 ? 'Must not be empty.' : `Must have at least ${limit} items.`],
  maxItems: ({ limit }) => ['too_many', `Must have at most ${limit} items.`],
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

const FORMATS: Readonly<Record<string, string>> = {
  date: 'a day of the calendar, such as 2026-11-20',
  currency_code: 'an ISO 4217 currency code, such as EUR',
  region_code: 'an ISO 3166-1 region code, such as DE',
}
