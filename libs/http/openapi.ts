import { type ErrorCodes, exampleOf, type Field, type Fields, factsOf, isRequired } from '@mainspring/core'
import { FORM_TYPE } from './form.ts'
import { JSON_TYPE, withoutParameters } from './media.ts'
import { describeProblems, problemSchema } from './openapi-problems.ts'
import { createSchemas, type Schemas } from './openapi-schemas.ts'
import type { Body, ReplyDescription, Route, Upload } from './route.ts'

/** What the document says of the whole. */
export interface Info {
  readonly title: string
  readonly version: string
  /** In Markdown; without it, what all routes have in common is told. */
  readonly description?: string
  readonly contact?: { readonly name: string; readonly url?: string; readonly email?: string }
  /** The services behind the routes: an operation's `tag` is the name of one of these. */
  readonly services: readonly { readonly name: string; readonly description: string }[]
}

/** One operation of a document: what is known to be there, and whatever else. */
export interface OpenApiOperation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly [member: string]: unknown
}

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  readonly openapi: string
  readonly info: object
  readonly security: readonly object[]
  readonly servers: readonly object[]
  readonly tags: readonly object[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: object
}

/** Describes routes as OpenAPI 3.1. Throws when two operations or two differing schemas share a name, or a code is not declared. */
export function createDocument(routes: readonly Route[], info: Info, codes: ErrorCodes): OpenApi {
  const schemas = createSchemas()
  schemas.refer(problemSchema)
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  const ids = new Set<string>()
  for (const route of routes) {
    if (ids.has(route.operation.id)) throw new Error(`Two operations are called ${route.operation.id}.`)
    ids.add(route.operation.id)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeOperation(route, schemas, codes) }
  }
  const { services, ...about } = info
  return {
    openapi: '3.1.1',
    info: { description: COMMON, contact: { name: info.title }, license: LICENSE, ...about },
    // Who calls is not asked yet: what they would need is the `x-scope` of each operation, or nothing, which it says itself.
    security: [],
    servers: [{ url: '/', description: 'The server that this document comes from' }],
    tags: services,
    paths,
    components: { schemas: schemas.components(), parameters: PARAMETERS },
  }
}

const COMMON = `Resources as [AEP](https://aep.dev) describes them, in JSON with names in snake_case.
Every error is a problem as RFC 9457 describes it; its \`code\` is explained at [/docs/errors](/docs/errors).
Every answer names its request in \`X-Request-Id\`: the one that was sent, or a new one.`

const LICENSE = { name: 'MIT', identifier: 'MIT' }

function describeOperation(route: Route, schemas: Schemas, codes: ErrorCodes): OpenApiOperation {
  const { operation, scope, params = {}, query = {}, headers = {}, body, upload, replies } = route
  const parameters = [
    ...describeParameters(params, 'path', schemas),
    ...describeParameters(query, 'query', schemas),
    ...describeParameters(headers, 'header', schemas),
    ...(isConditional(route) ? [{ $ref: '#/components/parameters/IfNoneMatch' }] : []),
    ...(mayBeMinimal(route) ? [{ $ref: '#/components/parameters/Prefer' }] : []),
  ]
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: operation.description ?? `${operation.summary}.`,
    tags: [operation.tag],
    ...(operation.deprecated ? { deprecated: true } : {}),
    'x-scope': scope,
    ...(scope === 'public' ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: describeBody(body, schemas) } : {}),
    ...(upload ? { requestBody: describeUpload(upload) } : {}),
    responses: {
      ...Object.fromEntries(replies.map((reply) => [reply.status, describeReply(reply, schemas)])),
      ...(isConditional(route) ? { 304: { description: 'Unchanged since the entity tag that was sent.' } } : {}),
      ...(mayBeMinimal(route) ? { 204: { description: 'Done, and as asked by `Prefer`, without the resource.' } } : {}),
      ...describeProblems(route, codes),
    },
  }
}

/** Whether a reader may save itself an answer that it has. */
const isConditional = ({ method, replies }: Route): boolean =>
  method === 'GET' && replies.some(({ headers }) => headers && 'ETag' in headers)

/** Whether `Prefer: return=minimal` turns a 200 into a 204. */
const mayBeMinimal = ({ method, safe, replies }: Route): boolean =>
  method !== 'GET' && !safe && replies.some(({ status, schema }) => status === 200 && schema)

const PARAMETERS = {
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'Entity tags that the caller has: if the current one is among them, the answer is 304.',
    schema: { type: 'string' },
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: 'With `return=minimal` the answer leaves out the resource.',
    schema: { type: 'string' },
  },
}

function describeParameters(fields: Fields, place: string, schemas: Schemas): readonly object[] {
  return Object.entries(fields).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || isRequired(field),
    ...describeField(field, schemas),
  }))
}

/** A field that is no part of a body: absent or there, but never null. */
function describeField(field: Field, schemas: Schemas): object {
  const { schema, options } = factsOf(field)
  return {
    ...(options.description ? { description: options.description } : {}),
    schema: {
      ...schemas.refer(schema),
      ...(options.default === undefined ? {} : { default: options.default }),
    },
    ...(options.example === undefined ? {} : { example: options.example }),
  }
}

function describeBody(
  { schema, described = schema, media_types = [JSON_TYPE], optional }: Body,
  schemas: Schemas,
): object {
  const content = { schema: schemas.refer(described), example: exampleOf(described) }
  return {
    required: !optional,
    content: Object.fromEntries(media_types.map((type) => [type, content])),
  }
}

/** What is not text needs no schema: its media type says it all. */
const describeUpload = ({ media_types, form_field }: Upload): object => ({
  required: true,
  content: Object.fromEntries([
    ...media_types.map((type) => [type, type.startsWith('text/') ? { schema: TEXT } : {}]),
    ...(form_field === undefined ? [] : [[FORM_TYPE, { schema: describeForm(form_field, media_types) }]]),
  ]),
})

const describeForm = (field: string, media_types: readonly string[]): object => ({
  type: 'object',
  properties: { [field]: { type: 'string', contentMediaType: media_types.join(', ') } },
  required: [field],
  additionalProperties: false,
})

function describeReply(reply: ReplyDescription, schemas: Schemas): object {
  const { description, schema, content_type, events, headers } = reply
  const type = withoutParameters(content_type ?? JSON_TYPE)
  const media = { schema: schema ? schemas.refer(schema) : TEXT, ...(events ? { 'x-events': events } : {}) }
  const content = schema || content_type ? { [type]: media } : undefined
  return {
    description,
    ...(headers ? { headers: describeHeaders(headers, schemas) } : {}),
    ...(content ? { content } : {}),
  }
}

const TEXT = { type: 'string' }

const describeHeaders = (headers: Fields, schemas: Schemas): object =>
  Object.fromEntries(
    Object.entries(headers).map(([name, field]) => [
      name,
      { required: isRequired(field), ...describeField(field, schemas) },
    ]),
  )
