import pg from 'pg'
import { DatabaseFault, type FaultKind } from '../engine.ts'

// SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html
const faults: Readonly<Record<string, FaultKind>> = {
  '23505': 'unique',
  '23503': 'foreign_key',
  '23514': 'check',
  // A division by zero, see `PreparedSql.required`.
  '22012': 'unmet',
  '40001': 'serialization',
  '40P01': 'serialization',
  '55P03': 'lock_timeout',
  '57014': 'lock_timeout',
  '53300': 'unavailable',
  '53100': 'unavailable',
  '25006': 'unavailable',
  '25P03': 'unavailable',
  '57P01': 'unavailable',
  '57P02': 'unavailable',
  '57P03': 'unavailable',
}

/** What node-postgres reports, classified: what did not come from the server means a lost line. */
export function toFault(error: unknown): DatabaseFault {
  if (!(error instanceof pg.DatabaseError))
    return new DatabaseFault(error instanceof TypeError ? 'other' : 'unavailable', error)
  const code = error.code ?? ''
  return new DatabaseFault(faults[code] ?? (code.startsWith('08') ? 'unavailable' : 'other'), error, error.constraint)
}
