import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import type { FieldError } from './errors.ts'
import { describeErrors, type Place } from './field-errors.ts'
import { formats } from './formats.ts'
import type { Schema } from './schema.ts'

/**
 * Checks a value and answers what is wrong with it; nothing wrong is an empty list. Defaults are put into the value
 * (it is changed, even if it turns out wrong); nothing is converted or taken out.
 */
export type Validator = (value: unknown) => readonly FieldError[]

/**
 * Makes a validator from a JSON Schema (2020-12), compiled when first used. All mistakes are told, up to a hundred; of a
 * value with more than 100,000 parts only the first.
 *
 * @example
 * const validate = createValidator(objectSchema({ teeth: integer({ min: 1 }) }), 'body')
 * validate({ teeth: 0 }) // [{ field: 'teeth', code: 'minimum', detail: 'Must be at least 1.' }]
 */
export function createValidator(schema: Schema, place: Place): Validator {
  let check: ValidateFunction | undefined
  return (value) => {
    check ??= first.compile(schema)
    if (check(value)) return NONE
    return describeErrors(explain(schema, value) ?? check.errors ?? [], value, place)
  }
}

const NONE: readonly FieldError[] = Object.freeze([])
const MAX_PARTS = 100_000

/** All mistakes of a value that is known to have some; undefined if there could be too many to keep in hand. */
function explain(schema: Schema, value: unknown): ErrorObject[] | undefined {
  if (spend(MAX_PARTS, value) < 0) return undefined
  const check = all.compile(schema)
  check(value)
  return check.errors ?? undefined
}

/** What is left of a budget after one for each part of a value. */
function spend(budget: number, value: unknown): number {
  let left = budget - 1
  if (typeof value !== 'object' || value === null) return left
  for (const part of Object.values(value)) {
    left = spend(left, part)
    if (left < 0) return left
  }
  return left
}

/** Stops at the first mistake: all that the hot path needs. */
const first = createAjv({})

/** Goes on to the last. */
const all = createAjv({ allErrors: true })

function createAjv(options: Options): Ajv2020 {
  const ajv = new Ajv2020({
    ...options,
    formats,
    useDefaults: true,
    messages: false,
    // Compiling the schema of schemas would cost each start 20 ms; being strict finds what is misspelt.
    meta: false,
    validateSchema: false,
    strict: 'log',
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    logger: { log: refuse, warn: refuse, error: refuse },
    // An `$id` is the schema's name in the document, and no address to be resolved here.
    addUsedSchema: false,
  })
  ajvFormats.default(ajv, ['email', 'uri', 'uuid'])
  return ajv
}

/** Extensions are for the document; any other word that is not JSON Schema is a mistake in the schema. */
function refuse(message: string): void {
  if (!message.includes('unknown keyword: "x-')) throw new Error(message)
}
