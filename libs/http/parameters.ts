import { createValidator, type FieldError, type Fields, factsOf, objectSchema, type Place } from '@mainspring/core'

/** Converts the parameters of one place from text, takes defaults, and answers what is wrong. Changes what it is given. */
export type ParameterReader = (values: Record<string, unknown>) => readonly FieldError[]

/** Makes the reader for declared parameters: numbers and booleans come as text, as JSON would write them. */
export function createParameterReader(fields: Fields, place: Place): ParameterReader {
  const validate = createValidator(objectSchema(fields), place)
  const converted = Object.entries(fields).flatMap(([name, field]) => {
    const convert = CONVERSIONS[factsOf(field).kind]
    return convert ? [{ name, convert }] : []
  })
  return (values) => {
    for (const { name, convert } of converted) {
      const value = values[name]
      if (typeof value === 'string') values[name] = convert(value)
    }
    return validate(values)
  }
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** What cannot be converted stays text, which the schema then refuses by its type. */
const CONVERSIONS: Readonly<Record<string, (text: string) => unknown>> = {
  integer: toNumber,
  number: toNumber,
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
}

function toNumber(text: string): unknown {
  return NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : text
}
