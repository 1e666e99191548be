import type { FieldKind } from '@mainspring/core'
import type { FilterValue, Operand } from './filter.ts'
import { invalidFilter, quote } from './invalid-filter.ts'
import type { LiteralNode } from './parse.ts'
import type { Literal } from './tokenise.ts'

/** The values next to a literal that a field can hold: the same twice if it can hold the literal itself. */
export interface Neighbours {
  readonly below: FilterValue
  readonly above: FilterValue
}

/**
 * Finds where a literal stands among the values that a field can hold, so that `teeth < 2.5` becomes `teeth < 3` and is
 * exact on every engine. Throws if field and literal do not compare, or the literal is out of the field's range.
 */
export function findNeighbours({ name, kind }: Operand, { literal, position }: LiteralNode): Neighbours {
  if (literal.type === 'null') throw invalidFilter(position, 'null has no order; compare it with == or !=.')
  if (kind === 'integer' && literal.type === 'number') {
    const neighbours = { below: Math.floor(literal.value), above: Math.ceil(literal.value) }
    if (Object.values(neighbours).every(Number.isSafeInteger)) return neighbours
    throw invalidFilter(
      position,
      `${literal.value} is out of range; ${name} is an integer, and those end at ±9007199254740991.`,
    )
  }
  if (kind === 'timestamp' && (literal.type === 'text' || literal.type === 'timestamp')) {
    const neighbours = readTimestamp(literal.value)
    if (neighbours) return neighbours
    throw invalidFilter(position, `${quote(literal.value)} is no timestamp; write it like 2026-01-31T12:00:00Z.`)
  }
  if (kind === 'date' && literal.type === 'text') {
    if (isDate(literal.value)) return { below: literal.value, above: literal.value }
    throw invalidFilter(position, `${quote(literal.value)} is no date; write it like 2026-01-31.`)
  }
  if (kind === literal.type) return { below: literal.value, above: literal.value }
  throw invalidFilter(
    position,
    `${name} is ${describeType(kind)}; it cannot be compared with ${describeType(literal.type)}.`,
  )
}

/** The name of a type for a sentence, with its article. */
export function describeType(type: FieldKind | Literal['type']): string {
  if (type === 'text' || type === 'null') return type
  if (type === 'json') return 'a list or an object'
  return type === 'integer' ? 'an integer' : `a ${type}`
}

const RFC_3339 = /^(\d{4}-\d\d-\d\d)(T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** A field holds milliseconds of the years 1 to 9999 in UTC; what is finer lies between two of them. */
function readTimestamp(text: string): Neighbours | undefined {
  const [, day = '', time, fraction = '', zone] = RFC_3339.exec(text.toUpperCase()) ?? []
  const below = Date.parse(`${day}${time}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`)
  const above = /[1-9]/.test(fraction.slice(3)) ? below + 1 : below
  if (!isDate(day) || below < FIRST || above > LAST) return undefined
  return { below: new Date(below).toISOString(), above: new Date(above).toISOString() }
}

const FIRST = Date.parse('0001-01-01T00:00:00.000Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** `Date.parse` takes 30 February for 2 March. */
function isDate(text: string): boolean {
  const moment = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  return moment >= FIRST && new Date(moment).toISOString().startsWith(text)
}
