import { type Field, type Fields, isRequired, objectSchema } from '@mainspring/core'
import { isRow, type Reads, type Writes } from '@mainspring/data'
import type { Body, Reply, Request, Route } from '@mainspring/http'
import type { Custom } from './custom.ts'
import { answer, asObject, idOf, type Standard } from './methods.ts'
import { idempotencyErrors, idempotencyHeader, matchHeader, type Plan, reply, route } from './plan.ts'
import { requireMatch } from './preconditions.ts'
import { readsFor, writeFor } from './runtime.ts'

type Handle = (needs: Reads | Writes, input: object) => Promise<unknown>

/** The route of a custom method: `camelCase` becomes `:kebab-case` behind the resource or its collection. */
export function customRoute(plan: Plan, name: string, { kind, handle, options }: Custom): Route {
  const { standard, collection, item, params } = plan
  const method = kind === 'action' ? 'POST' : 'GET'
  const path = `${options.collection ? collection : item}:${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const verb = `:${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const base = route(plan, method, path, verb, options.summary ?? `${name} a ${standard.entity.singular}`)
  // Its needs were connected and its input was checked against the declared fields: see `resource` and `action`.
  const call = handle as Handle
  return {
    ...base,
    operation: { ...base.operation, ...(options.description ? { description: options.description } : {}) },
    scope: options.scope ?? base.scope,
    ...(options.collection ? {} : { params }),
    ...(kind === 'action'
      ? { headers: { ...idempotencyHeader, ...(options.collection ? {} : matchHeader) }, body: bodyOf(options.body) }
      : { query: options.query ?? {} }),
    replies: [describedReply(plan, options.reply)],
    errors: [
      ...(options.collection ? [] : ['not_found']),
      ...(kind === 'action' ? [...idempotencyErrors, ...(options.collection ? [] : ['etag_mismatch'])] : []),
      ...(options.errors ?? []),
    ],
    handle: (request) => (kind === 'action' ? act(plan, call, request, options) : look(plan, call, request, options)),
  }
}

type Options = Custom['options']

function act({ standard }: Plan, call: Handle, request: Request, options: Options): Promise<Reply> {
  const { runtime, entity } = standard
  return writeFor(runtime, request, async (needs) => {
    const id = idOf(entity, request)
    const isConditional = !options.collection && request.header('if-match') !== undefined
    if (isConditional) requireMatch(await needs.db.getForUpdate(entity, id), request)
    return replyWith(standard, await call(needs, inputOf(options, id, asObject(request.body))), options)
  })
}

async function look({ standard }: Plan, call: Handle, request: Request, options: Options): Promise<Reply> {
  const { runtime, entity } = standard
  const input = inputOf(options, idOf(entity, request), request.query)
  return replyWith(standard, await call(readsFor(runtime, request), input), options)
}

const inputOf = (options: Options, id: string, fields: object): object =>
  options.collection ? fields : { ...fields, id }

function replyWith(standard: Standard, result: unknown, { reply }: Options): Reply {
  if (reply !== undefined && 'content_type' in reply) {
    return { status: 200, content_type: reply.content_type, body: String(result) }
  }
  if (isRow(result)) return answer(standard, result)
  return { status: 200, body: asObject(result) }
}

const bodyOf = (body: Fields = {}): Body => ({
  schema: objectSchema(body),
  optional: !Object.values(body).some(isRequired),
})

function describedReply({ standard, schemas }: Plan, stated: Field | { readonly content_type: string } | undefined) {
  if (stated === undefined) return reply(200, `The ${standard.entity.singular} as it is now.`, schemas.resource)
  if ('content_type' in stated) {
    return { status: 200, description: 'The text.', content_type: stated.content_type, schema: { type: 'string' } }
  }
  return { status: 200, description: 'The result.', schema: stated }
}
