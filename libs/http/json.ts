import { isUtf8 } from 'node:buffer'
import { type FieldError, invalid, invalidFields, joinField } from '@mainspring/core'
import { findMistake } from './json-mistake.ts'

/** How deep objects and lists may nest. Deeper than any real request, and far from the end of the stack. */
const MAX_DEPTH = 32

const BYTE_ORDER_MARK = /^\ufeff/

/** A body may have more mistakes than anybody would read. */
const MAX_ERRORS = 100

/**
 * Parses a JSON body (RFC 8259, UTF-8). A mistake is told with its line and column. Text must be Unicode without NUL and
 * numbers must fit a double, everywhere, so that nothing behind the door has to look again; `__proto__` is no name.
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw invalid('invalid_json', { detail: 'The body is not UTF-8.' })
  const value = parse(bytes.toString('utf8').replace(BYTE_ORDER_MARK, ''))
  if (!isClean(value, 0)) throw invalidFields([...faultsOf(value, '', 0).take(MAX_ERRORS)])
  return value
}

function parse(text: string): unknown {
  try {
    return MANY_DIGITS.test(text) || SMALL_EXPONENT.test(text)
      ? JSON.parse(text, refuseLostFraction as Parameters<typeof JSON.parse>[1])
      : JSON.parse(text)
  } catch {
    const { line, column, reason } = findMistake(text, MAX_DEPTH)
    throw invalid('invalid_json', { detail: `Line ${line}, column ${column}: ${reason}`, line, column })
  }
}

/** Only so many digits, or such an exponent, can hide a fraction from a double. Written out, the search skips: `{17}` is 15 times slower. */
const MANY_DIGITS = new RegExp('[\\d.]'.repeat(17))
const SMALL_EXPONENT = /e-\d\d+(?:[\s,}\]]|$)/i // No end of a part of a UUID.

/** A number that is whole only because a double holds no more of it: 1.00000000000000001 is no 1, and fits no double. */
function refuseLostFraction(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return Number.isInteger(value) && source !== undefined && hasFraction(source) ? Number.NaN : value
}

function hasFraction(source: string): boolean {
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(source) ?? []
  return /[1-9]/.test(`${whole}${fraction}`.slice(Math.max(0, whole.length + Number(exponent))))
}

/** Says yes or no without making anything; where a fault lies is asked only when there is one. */
function isClean(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isText(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth === MAX_DEPTH) return false
  if (Array.isArray(value)) {
    for (const item of value) if (!isClean(item, depth + 1)) return false
    return true
  }
  for (const [key, item] of Object.entries(value)) if (!isName(key) || !isClean(item, depth + 1)) return false
  return true
}

function* faultsOf(value: unknown, field: string, depth: number): Generator<FieldError> {
  if (typeof value === 'string' && !isText(value)) {
    yield { field: field || 'body', code: 'text', detail: 'Must be Unicode text without NUL.' }
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    yield { field: field || 'body', code: 'number', detail: 'Must fit a double (below 1.8e308).' }
  }
  if (typeof value !== 'object' || value === null) return
  if (depth === MAX_DEPTH) return yield { field, code: 'depth', detail: `Must nest at most ${MAX_DEPTH} deep.` }
  for (const [key, item] of Object.entries(value)) {
    const path = joinField(field, Array.isArray(value) ? `[${key}]` : printable(key))
    if (!isName(key))
      yield { field: path, code: 'name', detail: 'Must have another name: Unicode, without NUL, not __proto__.' }
    yield* faultsOf(item, path, depth + 1)
  }
}

const isText = (text: string): boolean => text.isWellFormed() && !text.includes('\0')
const isName = (key: string): boolean => key !== '__proto__' && isText(key)

/** A key as it may be shown: what cannot be sent as text is escaped, as in JSON. */
const printable = (key: string): string => JSON.stringify(key).slice(1, -1)
