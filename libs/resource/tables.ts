import { id, integer, text, timestamp } from '@mainspring/core'
import { lockTable, table } from '@mainspring/data'

/** Answers to requests that carried an Idempotency-Key, written in the transaction of the effect itself. */
export const idempotencyKeys = table(
  'mainspring_idempotency_keys',
  {
    caller: text({ max: 255 }),
    idempotency_key: text({ max: 255 }),
    /** SHA-256 of method, path, query and body: another request under the same key is refused. */
    fingerprint: text({ max: 64 }),
    status: integer({ optional: true }),
    headers: text({ optional: true }),
    body: text({ optional: true }),
    create_time: timestamp(),
  },
  { primary_key: ['caller', 'idempotency_key'], indexes: [{ columns: ['create_time'] }] },
)

/** Keys that all instances of a service share, made by the first one. */
export const secrets = table(
  'mainspring_secrets',
  { id: id(), value: text({ max: 255 }), create_time: timestamp() },
  { primary_key: ['id'] },
)

/** The tables that resources need beside the entities, and where their migrations are. */
export const resourceTables = {
  name: 'resource',
  tables: [idempotencyKeys, secrets, lockTable],
  directory: new URL('migrations', import.meta.url),
}
