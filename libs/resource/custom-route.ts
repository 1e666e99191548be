import { type Fields, isRequired, objectSchema, text } from '@mainspring/core'
import { type Entity, isRow, type Reads, type Writes } from '@mainspring/data'
import type { Body, Method, Reply, ReplyDescription, Request, Route, Upload } from '@mainspring/http'
import { withArticle } from './article.ts'
import type { Custom } from './custom.ts'
import { answer, asObject, idOf, type Standard } from './methods.ts'
import { idempotencyErrors, idempotencyHeader, matchHeader, type Plan, reply, route } from './plan.ts'
import { requireMatch } from './preconditions.ts'
import { findReplay, readsFor, takesKey, writeFor } from './runtime.ts'
import { presenterOf, schemasOf } from './schemas.ts'

type Handle = (needs: Reads | Writes, input: object) => unknown
type Prepare = (needs: Reads, input: object) => Promise<object | undefined>

/** The route of a custom method: `camelCase` becomes `:kebab-case` behind the resource or its collection. */
export function customRoute(plan: Plan, name: string, { kind, handle, options }: Custom): Route {
  const { standard, params } = plan
  const { method, path } = placeOf(plan, name, kind, options)
  const isKeyed = kind === 'action' && takesKey(method)
  const verb = `:${name.charAt(0).toUpperCase()}${name.slice(1)}`
  const base = route(plan, method, path, verb, options.summary ?? `${name} ${withArticle(standard.entity.singular)}`)
  // Its needs were connected and its input was checked against the declared fields: see `resource` and `action`.
  const call = handle as Handle
  return {
    ...base,
    operation: {
      ...base.operation,
      ...(options.description ? { description: options.description } : {}),
      ...(options.older ? { deprecated: true } : {}),
    },
    scope: options.scope ?? base.scope,
    ...(options.collection ? {} : { params }),
    ...(options.seconds === undefined ? {} : { seconds: options.seconds }),
    ...(kind === 'action'
      ? { headers: { ...(isKeyed ? idempotencyHeader : {}), ...(options.collection ? {} : matchHeader) } }
      : {}),
    ...(kind === 'action' && !options.upload ? { body: bodyOf(options.body) } : { query: options.query ?? {} }),
    ...(options.upload ? { upload: uploadOf(options.upload) } : {}),
    replies: [describedReply(plan, options.reply)],
    errors: [
      ...(options.collection ? [] : ['not_found']),
      ...(isKeyed ? idempotencyErrors : []),
      ...(kind === 'action' && !options.collection ? ['etag_mismatch'] : []),
      ...(options.errors ?? []),
    ],
    handle: (request) => (kind === 'action' ? act(plan, call, request, options) : look(plan, call, request, options)),
  }
}

type Options = Custom['options']

function placeOf(
  plan: Plan,
  name: string,
  kind: Custom['kind'],
  { older, ...options }: Options,
): Pick<Route, 'method' | 'path'> {
  if (older !== undefined) {
    const [method, path] = older.split(' ', 2) as [Method, string]
    const missing = Object.keys(plan.params).find((param) => !options.collection && !path.includes(`{${param}}`))
    if (missing !== undefined) throw new Error(`${older} has no {${missing}} for ${name}.`)
    return { method, path }
  }
  return { method: kind === 'action' ? 'POST' : 'GET', path: customPath(plan, name, options.collection) }
}

/** `/v1/orders/{order_id}:send-out` of `sendOut`. */
export const customPath = ({ collection, item }: Plan, name: string, isOfAll = false): string =>
  `${isOfAll ? collection : item}:${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

async function act({ standard }: Plan, call: Handle, request: Request, options: Options): Promise<Reply> {
  const { runtime, entity } = standard
  const { collection, prepare, alone = false } = options
  const id = idOf(standard, request)
  const sent = inputOf(options, id, options.upload ? withUpload(request) : asObject(request.body))
  const replay = prepare && (await findReplay(runtime, request))
  if (replay) return replay
  const input = prepare ? { ...sent, ...(await (prepare as Prepare)(readsFor(runtime, request), sent)) } : sent
  const work = async (needs: Writes) => {
    const isConditional = !collection && request.header('if-match') !== undefined
    if (isConditional) requireMatch(await needs.db.getForUpdate(entity, id), request)
    return replyWith(standard, await call(needs, input), options)
  }
  return writeFor(runtime, request, work, { alone })
}

const withUpload = ({ query, upload }: Request): object => ({ ...query, upload })

async function look({ standard }: Plan, call: Handle, request: Request, options: Options): Promise<Reply> {
  const { runtime } = standard
  const input = inputOf(options, idOf(standard, request), request.query)
  return replyWith(standard, await call(readsFor(runtime, request), input), options)
}

const inputOf = (options: Options, id: string, fields: object): object =>
  options.collection ? fields : { ...fields, id }

function replyWith(standard: Standard, result: unknown, { reply }: Options): Reply {
  if (reply !== undefined && 'content_type' in reply) {
    return { status: 200, ...reply, body: isIterable(result) ? result : String(result) }
  }
  if (isRow(result)) return answer(isEntity(reply) ? { ...standard, present: presenterOf(reply) } : standard, result)
  return { status: 200, body: asObject(result) }
}

const isEntity = (reply: Options['reply']): reply is Entity => reply !== undefined && 'collection' in reply

const isIterable = (result: unknown): result is AsyncIterable<string | Uint8Array> =>
  typeof result === 'object' && result !== null && Symbol.asyncIterator in result

const uploadOf = (upload: string | Upload): Upload => (typeof upload === 'string' ? { media_types: [upload] } : upload)

const bodyOf = (body: Fields = {}): Body => ({
  schema: objectSchema(body),
  optional: !Object.values(body).some(isRequired),
})

function describedReply({ standard, schemas }: Plan, stated: Options['reply']): ReplyDescription {
  if (stated === undefined) return reply(200, `The ${standard.entity.singular} as it is now.`, schemas.resource)
  if (isEntity(stated)) {
    return reply(200, `The ${stated.singular}.`, schemasOf(standard.runtime.service, stated).resource)
  }
  if ('content_type' in stated) {
    const { content_type, file_name } = stated
    const saved = { 'Content-Disposition': text({ description: `Has a browser save it as ${file_name}.` }) }
    return {
      ...{ status: 200, description: 'The text.', content_type, schema: { type: 'string' } },
      ...(file_name === undefined ? {} : { headers: saved }),
    }
  }
  return { status: 200, description: 'The result.', schema: stated }
}
