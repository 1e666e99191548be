import type { ErrorCodes } from '@mainspring/core'

/** The codes that databases and units of work answer with. */
export const dataCodes = {
  not_found: { kind: 'not_found', title: 'There is no such resource.' },
  already_exists: { kind: 'conflict', title: 'The id, or another value that must be unique, is taken.' },
  has_dependents: { kind: 'conflict', title: 'Other resources depend on it.' },
  reference_not_found: { kind: 'invalid', title: 'A field names a resource that does not exist.' },
  rule_broken: { kind: 'invalid', title: 'The values break a rule of the database.' },
  etag_mismatch: { kind: 'precondition', title: 'Somebody else wrote it since it was read.' },
  database_unavailable: { kind: 'unavailable', title: 'The database cannot be reached.' },
  database_busy: { kind: 'unavailable', title: 'The database is busy.' },
  database_in_use: { kind: 'unavailable', title: 'Another process has the embedded database open.' },
  database_closed: { kind: 'unavailable', title: 'The service is going down.' },
  unit_too_slow: { kind: 'unavailable', title: 'The work took too long and was undone.' },
} satisfies ErrorCodes
