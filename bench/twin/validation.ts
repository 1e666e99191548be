import { Ajv, type ErrorObject } from 'ajv'
import type { FastifySchemaCompiler } from 'fastify'
import type { Resource } from '../resources/resource.ts'
import { type FieldError, invalidFields } from './problem.ts'

const strict = new Ajv({ allErrors: true, useDefaults: true, messages: false })
/** Queries are text. */
const coercing = new Ajv({ allErrors: true, useDefaults: true, coerceTypes: true, messages: false })

export const compileSchema: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === 'querystring' ? coercing : strict).compile(schema)

const id = { type: 'string', pattern: '^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$', maxLength: 63 }

/** The schemas of one resource's requests. What the service owns may be sent, and is ignored. */
export function schemasOf({ fields, required, singular }: Resource) {
  const owned = { path: {}, create_time: {}, update_time: {} }
  const body = { type: 'object', properties: { id, ...fields, ...owned }, required, additionalProperties: false }
  const patched = Object.entries(fields).map(([name, field]) => [name, nullable(field)])
  return {
    params: { type: 'object', properties: { [`${singular.replaceAll('-', '_')}_id`]: id } },
    nothing: { type: 'object', additionalProperties: false },
    body,
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

function nullable(field: object): object {
  const { type, ...rest }: { type?: string } = field
  return { ...rest, type: [type, 'null'] }
}

/** Checks a resource after a merge patch as a whole. */
export function createWholeCheck(body: object): (value: unknown) => void {
  const validate = strict.compile(body)
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
