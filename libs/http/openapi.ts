import { type ErrorCodes, type Field, type Fields, factsOf, isRequired } from '@mainspring/core'
import { JSON_TYPE } from './media.ts'
import { describeProblems, problemSchema } from './openapi-problems.ts'
import { createSchemas, type Schemas } from './openapi-schemas.ts'
import type { Body, ReplyDescription, Route } from './route.ts'

/** What the document says of the whole. */
export interface Info {
  readonly title: string
  readonly version: string
  readonly description?: string
  /** The services behind the routes: an operation's `tag` is the name of one of these. */
  readonly services: readonly { readonly name: string; readonly description: string }[]
}

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  readonly openapi: string
  readonly info: object
  readonly servers: readonly object[]
  readonly tags: readonly object[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>
  readonly components: object
}

/** Describes routes as OpenAPI 3.1. Throws when two schemas share an `$id` and differ, or a route names an unknown code. */
export function createDocument(routes: readonly Route[], info: Info, codes: ErrorCodes): OpenApi {
  const schemas = createSchemas()
  schemas.refer(problemSchema)
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeOperation(route, schemas, codes) }
  }
  const { services, ...about } = info
  return {
    openapi: '3.1.1',
    info: about,
    servers: [{ url: '/', description: 'The server that this document comes from' }],
    tags: services,
    paths,
    components: { schemas: schemas.components(), parameters: PARAMETERS },
  }
}

function describeOperation(route: Route, schemas: Schemas, codes: ErrorCodes): object {
  const { operation, scope, params = {}, query = {}, headers = {}, body, replies } = route
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
    ...(operation.description ? { description: operation.description } : {}),
    tags: [operation.tag],
    'x-scope': scope,
    ...operation.extensions,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: describeBody(body, schemas) } : {}),
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
  return {
    required: !optional,
    content: Object.fromEntries(media_types.map((type) => [type, { schema: schemas.refer(described) }])),
  }
}

function describeReply({ description, schema, content_type, headers }: ReplyDescription, schemas: Schemas): object {
  const type = content_type ?? JSON_TYPE
  const content = schema || content_type ? { [type]: { schema: schema ? schemas.refer(schema) : TEXT } } : undefined
  return {
    description,
    ...(headers ? { headers: describeHeaders(headers, schemas) } : {}),
    ...(content ? { content } : {}),
  }
}

const TEXT = { type: 'string' }

const describeHeaders = (headers: Fields, schemas: Schemas): object =>
  Object.fromEntries(Object.entries(headers).map(([name, field]) => [name, describeField(field, schemas)]))
