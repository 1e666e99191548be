import { type Fields, id, isRequired, objectSchema, type Schema, text } from '@mainspring/core'
import type { Method, Request, Route } from '@mainspring/http'

/** What a route of operations states of itself. */
export interface OperationOptions {
  /** `ListConsumer`, `:PauseConsumer`. */
  readonly id: string
  readonly summary: string
  readonly description?: string
  readonly query?: Fields
  /** Fields of the body, or all of its schema. */
  readonly body?: Fields | { readonly schema: Schema }
  readonly reply: Schema
  readonly errors?: readonly string[]
  /** Resolves to the body of the answer. */
  readonly handle: (request: Request) => Promise<object>
}

/** Makes a route under /v1/operations. It states its scope: read, or write what is not a GET. */
export function operation(method: Method, path: string, options: OperationOptions): Route {
  const { id, summary, description, query, body, reply, errors = [], handle } = options
  const parameter = /\{(\w+)\}/.exec(path)?.[1]
  return {
    method,
    path: `/v1/operations/${path}`,
    operation: { id, summary, tag: 'operations', ...(description ? { description } : {}) },
    scope: `operations:${method === 'GET' ? 'read' : 'write'}`,
    ...(parameter ? { params: { [parameter]: PARAMETERS[parameter] ?? text() } } : {}),
    ...(query ? { query } : {}),
    ...(body ? { body: bodyOf(body) } : {}),
    replies: [{ status: 200, description: 'The result.', schema: reply }],
    errors: [...(parameter ? ['not_found'] : []), 'database_unavailable', ...errors],
    handle: async (request) => ({ status: 200, headers: { 'cache-control': 'no-store' }, body: await handle(request) }),
  }
}

const PARAMETERS: Fields = {
  service_id: id({ description: 'The name of the service.', example: 'rentals' }),
  consumer_id: text({ max: 200, description: 'The name of the listener or queue.', example: 'rentals.settle_return' }),
  dead_letter_id: text({ max: 80, description: 'The id of the dead letter.', example: 'rentals-17' }),
}

const bodyOf = (body: Fields | { readonly schema: Schema }) =>
  'schema' in body
    ? { schema: body.schema }
    : { schema: objectSchema(body as Fields), optional: !Object.values(body as Fields).some(isRequired) }
