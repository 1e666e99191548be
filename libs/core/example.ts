import type { Schema } from './schema.ts'

interface Described {
  readonly type?: string | readonly string[]
  readonly examples?: readonly unknown[]
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly readOnly?: boolean
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly minimum?: number
  readonly minLength?: number
  readonly format?: string
}

/**
 * A value that could be sent as it is: the example of each field that has one or must be given, else the least that its
 * rules allow. An id is left out, so that whoever tries twice makes two.
 */
export function exampleOf(schema: Schema): unknown {
  const {
    type,
    examples,
    enum: values,
    required = [],
    properties,
    items,
    minimum,
    minLength,
    format,
  }: Described = schema
  if (examples) return examples[0]
  if (values) return values[0]
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object': {
      const given = Object.entries(properties ?? {}).filter(
        ([name, part]) => isGiven(part) && (required.includes(name) || (hasExample(part) && name !== 'id')),
      )
      return Object.fromEntries(given.map(([name, part]) => [name, exampleOf(part)]))
    }
    case 'array':
      return items ? [exampleOf(items)] : []
    case 'integer':
    case 'number':
      return Math.max(1, minimum ?? 1)
    case 'boolean':
      return true
    default:
      return MOMENTS[format ?? ''] ?? 'a'.repeat(Math.max(1, minLength ?? 1))
  }
}

const MOMENTS: Readonly<Record<string, string>> = { date: '2026-11-20', 'date-time': '2026-11-20T09:30:00.000Z' }

const isGiven = ({ readOnly }: Described): boolean => !readOnly

/** Whether a field, or something in it, says what it looks like. */
const hasExample = ({ examples, properties }: Described): boolean =>
  examples !== undefined || Object.values(properties ?? {}).some(hasExample)
