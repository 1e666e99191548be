import type { Basis, Resource } from '../resources/resource.ts'
import { ARRAYS } from './postgres-types.ts'

/** The statements of a resource. Where its service tells of what is written, row and event are one statement. */
export function statementsOf(resource: Resource) {
  const { columns, table } = resource
  const writable = Object.keys(resource.stored)
  const stored = ['id', ...writable, 'create_time', 'update_time', 'version']
  const kinds: Resource['columns'] = { ...columns, ...resource.stored, version: 'integer' }
  const find = `select ${Object.keys(columns).join(', ')}, version from ${table} where id = $1`
  const findForUpdate = `${find} for update`
  const insert = `insert into ${table} (${stored.join(', ')}) values (${stored.map((_, index) => `$${index + 1}`).join(', ')})`
  const insertMany = `insert into ${table} (${stored.join(', ')}) select * from unnest(${stored
    .map((name, index) => `$${index + 1}::${ARRAYS[kinds[name] ?? 'text']}[]`)
    .join(', ')})`
  const changed = [...writable, 'update_time', 'version'].map((name, index) => `${name} = $${index + 1}`)
  const update = `update ${table} set ${changed.join(', ')} where id = $${changed.length + 1}`
  const emit = (next: number) =>
    `insert into mainspring_outbox (type, subject, envelope, create_time) values ($${next}, $${next + 1}, $${next + 2}, $${next + 3})`
  // With the event of what is written it is still one statement.
  const insertAndTell = `with made as (${insert}) ${emit(stored.length + 1)}`
  const updateAndTell = `with made as (${update}) ${emit(changed.length + 2)}`
  const insertManyAndTell = `with made as (${insertMany}) insert into mainspring_outbox (type, subject, envelope, create_time)
    select * from unnest(${['text', 'text', 'text', 'timestamptz'].map((type, index) => `$${stored.length + index + 1}::${type}[]`).join(', ')})`
  return { stored, find, findForUpdate, insert, insertAndTell, insertMany, insertManyAndTell, update, updateAndTell }
}

/** Finds what a create is reckoned from, and holds it: of all tables at once, each row with the name of its table. */
export function findBasis({ tables }: Basis): string {
  const all = Object.assign({}, ...Object.values(tables).map(({ columns }) => columns)) as Resource['columns']
  const parts = Object.entries(tables).map(([table, { columns }], index) => {
    const found = `found_${index}`
    const names = ['id', ...Object.keys(columns)].join(', ')
    const padded = Object.entries(all).map(([name, kind]) =>
      columns[name] ? name : `null::${ARRAYS[kind]} as ${name}`,
    )
    return {
      held: `${found} as (select ${names} from ${table} where id = any($${index + 1}) order by id for share)`,
      shown: `select '${table}' as table_name, id, ${padded.join(', ')} from ${found}`,
    }
  })
  return `with ${parts.map(({ held }) => held).join(', ')} ${parts.map(({ shown }) => shown).join(' union all ')}`
}

// What is kept under an Idempotency-Key.
export const keep = `insert into mainspring_idempotency_keys
  (caller, idempotency_key, fingerprint, status, headers, body, create_time) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`
export const findKept = `select fingerprint, status, headers, body, create_time from mainspring_idempotency_keys where caller = $1 and idempotency_key = $2`
export const forget =
  'delete from mainspring_idempotency_keys where caller = $1 and idempotency_key = $2 and create_time <= $3'
