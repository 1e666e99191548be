import { type Fields, type Schema, text } from '@mainspring/core'
import type { Method, ReplyDescription } from '@mainspring/http'
import type { OpenMethod } from './declaration.ts'
import type { Standard } from './methods.ts'
import type { Schemas } from './schemas.ts'

/** What the routes of one entity are built from. */
export interface Plan {
  readonly standard: Standard
  readonly schemas: Schemas
  /** `/v1/sprockets`. */
  readonly collection: string
  /** `/v1/sprockets/{sprocket_id}`. */
  readonly item: string
  readonly params: Fields
  readonly open: ReadonlySet<OpenMethod>
}

/** What all routes of an entity have alike. An operation id that begins with a colon is a custom method's. */
export function route({ standard }: Plan, method: Method, path: string, verb: string, summary: string) {
  const { runtime, entity } = standard
  return {
    method,
    path,
    operation: { id: `${verb}${entity.type_name}`, summary, tag: runtime.service },
    scope: `${runtime.service}:${method === 'GET' ? 'read' : 'write'}`,
  }
}

/** What goes for a method that is open to everybody, if this one is. */
export const openIf = ({ open }: Plan, method: OpenMethod) => (open.has(method) ? { scope: 'public' } : {})

/** An answer that is a resource, with its ETag. */
export const reply = (status: number, description: string, schema: Schema, headers: Fields = {}): ReplyDescription => ({
  status,
  description,
  schema,
  headers: { ETag: text({ description: 'Changes with every write; for If-Match and If-None-Match.' }), ...headers },
})

/** The header that makes repeats of a POST or PATCH harmless. */
export const idempotencyHeader: Fields = {
  'Idempotency-Key': text({
    optional: true,
    description: 'Repeats with the same key within 24 hours get the first answer and do nothing.',
  }),
}
/** The header that makes a write depend on what was read. */
export const matchHeader: Fields = {
  'If-Match': text({
    optional: true,
    description: 'The ETag that was read; the write is refused if it is no longer that.',
  }),
}
/** What an Idempotency-Key may be refused with. */
export const idempotencyErrors = ['idempotency_key_invalid', 'idempotency_key_reused', 'idempotency_key_in_use']
