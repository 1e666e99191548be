import type pg from 'pg'
import type { ColumnKind } from '../resources/resource.ts'

/** The array of a column's type, for `unnest`. */
export const ARRAYS: Readonly<Record<ColumnKind, string>> = {
  text: 'text',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
  json: 'json',
}

const TIMESTAMPTZ = 1184
const JSON_TEXT = 114
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 701])

/** Numbers, booleans and JSON as such, times in RFC 3339, everything else as the server's text. */
export const asText: pg.CustomTypesConfig = {
  getTypeParser(oid: number) {
    if (NUMBERS.has(oid)) return Number
    if (oid === TIMESTAMPTZ) return toTimestamp
    if (oid === JSON_TEXT) return JSON.parse
    return oid === 16 ? (raw: string) => raw === 't' : (raw: string) => raw
  },
}

/** `2026-11-20 22:28:00.12+00`, since the session's zone is UTC. */
function toTimestamp(text: string): string {
  const time = text.slice(11, -3)
  return `${text.slice(0, 10)}T${time.length === 8 ? `${time}.000` : time.padEnd(12, '0')}Z`
}
