import { boolean, type Fields, id, objectSchema, type Schema, text } from '@mainspring/core'
import type { Entity } from '@mainspring/data'
import type { Route } from '@mainspring/http'
import { cachedRoute } from './answer-cache.ts'
import { withArticle } from './article.ts'
import { batchCreate, batchDelete, batchGet, batchUpdate } from './batch.ts'
import { customRoute } from './custom-route.ts'
import type { Methods, Stated } from './declaration.ts'
import { listRoutes } from './list-routes.ts'
import { createMerge } from './merge-patch.ts'
import { apply, create, get, remove, update } from './methods.ts'
import { withOlderPaths } from './older-paths.ts'
import { idempotencyErrors, idempotencyHeader, matchHeader, openIf, type Plan, reply, route } from './plan.ts'
import type { Runtime } from './runtime.ts'
import { inputReader, parameterOf, presenterOf, schemasOf } from './schemas.ts'
import { streamRoute } from './stream-route.ts'
import { useCasesOf } from './use-cases.ts'

/** The largest batch. */
export const MOST_REQUESTS = 1_000

/** Builds the routes of an entity's methods, in the order in which a reader of the document wants them. */
export function buildRoutes(runtime: Runtime, entity: Entity, methods: Methods): readonly Route[] {
  const stated = typeof methods.create === 'object' ? methods.create.body : undefined
  const schemas = schemasOf(runtime.service, entity, stated)
  const collection = `/v1/${entity.collection}`
  const parameter = parameterOf(entity.singular)
  const plan: Plan = {
    standard: {
      runtime,
      entity,
      parameter,
      useCases: useCasesOf(entity, methods),
      inputOf: inputReader(entity, stated),
      mayFind: foundBy(methods.create) !== undefined,
      present: presenterOf(entity),
      merge: createMerge(entity, schemas.write),
    },
    schemas,
    collection,
    item: `${collection}/{${parameter}}`,
    params: { [parameter]: id({ description: `The id of the ${entity.singular}.` }) },
    open: new Set(methods.open),
  }
  const custom = Object.entries(methods.custom ?? {}).map(([name, method]) =>
    method.kind === 'stream' ? streamRoute(plan, name, method) : customRoute(plan, name, method),
  )
  const routes = [
    ...listRoutes(plan, methods),
    ...standardRoutes(plan, methods),
    ...batchRoutes(plan, methods),
    ...custom,
  ]
  const { cached } = methods
  const cache = cached && runtime.cacheOf(cached)
  return withOlderPaths(cache ? routes.map((each) => cachedRoute(each, cache)) : routes, methods.olderPaths)
    .map(withDatabaseErrors)
    .map(withReplays)
}

/** Whatever needs the database may find it away. */
const withDatabaseErrors = (route: Route): Route => ({
  ...route,
  errors: [
    ...(route.errors ?? []),
    ...['database_unavailable', 'database_busy', 'database_closed'],
    ...(route.method === 'GET' || route.safe ? [] : ['unit_too_slow']),
  ],
})

/** A route that takes an Idempotency-Key says when its answer is one that it gave before. */
const withReplays = (route: Route): Route =>
  'Idempotency-Key' in (route.headers ?? {})
    ? {
        ...route,
        replies: route.replies.map((reply) => ({ ...reply, headers: { ...reply.headers, ...replayedHeader } })),
      }
    : route

function standardRoutes(plan: Plan, methods: Methods): readonly Route[] {
  const { standard, schemas, collection, item, params } = plan
  const { entity } = standard
  const one = entity.singular
  const body = { schema: schemas.body, described: schemas.described_body }
  const stale = ['not_found', 'etag_mismatch']
  const found = foundBy(methods.create)
  const routes: (Route | false | undefined)[] = [
    methods.create && {
      ...route(plan, 'POST', collection, 'Create', `Make ${withArticle(one)}`),
      ...openIf(plan, 'create'),
      query: { id: id({ optional: true, description: 'The id that it shall have; else one is made.' }) },
      headers: idempotencyHeader,
      body,
      replies: [
        ...(found === undefined ? [] : [reply(200, found, schemas.resource)]),
        reply(201, `The new ${one}.`, schemas.resource, locationHeader),
      ],
      errors: ['id_mismatch', 'already_exists', ...idempotencyErrors, ...integrityErrors, ...errorsOf(methods.create)],
      handle: (request) => create(standard, request),
    },
    methods.get && {
      ...route(plan, 'GET', item, 'Get', `Get ${withArticle(one)}`),
      ...openIf(plan, 'get'),
      params,
      replies: [reply(200, `The ${one}.`, schemas.resource)],
      errors: ['not_found'],
      handle: (request) => get(standard, request),
    },
    methods.update && {
      ...route(plan, 'PATCH', item, 'Update', `Change ${withArticle(one)}`),
      params,
      headers: { ...idempotencyHeader, ...matchHeader },
      body: {
        schema: schemas.patch,
        described: schemas.described_patch,
        media_types: ['application/merge-patch+json'],
      },
      replies: [reply(200, `The ${one} as it is now.`, schemas.resource)],
      errors: [
        ...stale,
        'id_mismatch',
        'already_exists',
        ...idempotencyErrors,
        ...integrityErrors,
        ...errorsOf(methods.update),
      ],
      handle: (request) => update(standard, request),
    },
    methods.apply && {
      ...route(plan, 'PUT', item, 'Apply', `Replace ${withArticle(one)}, or make it`),
      params,
      headers: {
        ...matchHeader,
        'If-None-Match': text({ optional: true, description: '`*` only makes, never replaces.' }),
      },
      body,
      replies: [
        reply(200, `The ${one} as it is now.`, schemas.resource),
        reply(201, `The new ${one}.`, schemas.resource, locationHeader),
      ],
      errors: [
        ...['etag_mismatch', 'already_there', 'already_exists', 'id_mismatch'],
        ...integrityErrors,
        ...errorsOf(methods.create),
        ...errorsOf(methods.update),
      ],
      handle: (request) => apply(standard, request),
    },
    methods.delete && {
      ...route(plan, 'DELETE', item, 'Delete', `Delete ${withArticle(one)}`),
      params,
      query: { force: boolean({ default: false, description: 'Also deletes what depends on it.' }) },
      headers: matchHeader,
      replies: [{ status: 204, description: 'It is gone.' }],
      errors: [...stale, 'has_dependents', ...errorsOf(methods.delete)],
      handle: (request) => remove(standard, request),
    },
  ]
  return routes.filter((route) => route !== undefined && route !== false)
}

function batchRoutes(plan: Plan, methods: Methods): readonly Route[] {
  const { standard, schemas } = plan
  const { entity } = standard
  const entryId = { id: id(), etag: text({ optional: true, max: 100 }) }
  const results = batchSchema('results', schemas.resource)
  const batch = (
    name: string,
    summary: string,
    entry: Schema,
    reply: Schema,
    errors: readonly string[],
    described = entry,
  ) => ({
    ...route(
      plan,
      'POST',
      `${plan.collection}:batch-${name}`,
      `:Batch${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      summary,
    ),
    body: { schema: batchSchema('requests', entry), described: batchSchema('requests', described) },
    replies: [{ status: 200, description: 'The results, in the order asked.', schema: reply }],
    errors,
  })
  const writeErrors = ['precondition_not_supported', 'duplicate_id', ...idempotencyErrors, ...integrityErrors]
  const patchEntry = (patch: Schema) => ({
    ...objectSchema(entryId),
    properties: { ...entryId, patch },
    required: ['id', 'patch'],
  })
  const gone = batchSchema('results', objectSchema({ id: id(), path: text() }))
  const routes: (Route | false | undefined)[] = [
    methods.batchGet && {
      ...batch('get', `Get many ${entity.collection}`, objectSchema({ id: id() }), results, [
        'not_found',
        'duplicate_id',
        'batch_too_large',
        'precondition_not_supported',
      ]),
      scope: `${standard.runtime.service}:read`,
      ...openIf(plan, 'batchGet'),
      safe: true,
      handle: (request) => batchGet(standard, request),
    },
    methods.batchCreate && {
      ...batch(
        'create',
        `Make many ${entity.collection}`,
        schemas.body,
        results,
        ['already_exists', ...writeErrors, ...errorsOf(methods.create)],
        schemas.described_body,
      ),
      headers: idempotencyHeader,
      handle: (request) => batchCreate(standard, request),
    },
    methods.batchUpdate && {
      ...batch(
        'update',
        `Change many ${entity.collection}`,
        patchEntry(schemas.patch),
        results,
        ['not_found', 'etag_mismatch', 'id_mismatch', 'already_exists', ...writeErrors, ...errorsOf(methods.update)],
        patchEntry(schemas.described_patch),
      ),
      headers: idempotencyHeader,
      handle: (request) => batchUpdate(standard, request),
    },
    methods.batchDelete && {
      ...batch(
        'delete',
        `Delete many ${entity.collection}`,
        objectSchema({ ...entryId, force: boolean({ default: false }) }),
        gone,
        ['not_found', 'etag_mismatch', 'has_dependents', ...writeErrors, ...errorsOf(methods.delete)],
      ),
      headers: idempotencyHeader,
      handle: (request) => batchDelete(standard, request),
    },
  ]
  return routes.filter((route) => route !== undefined && route !== false)
}

const errorsOf = (method: true | Stated | undefined): readonly string[] =>
  typeof method === 'object' ? (method.errors ?? []) : []

const foundBy = (create: Methods['create']): string | undefined =>
  typeof create === 'object' ? create.found : undefined

const batchSchema = (name: 'requests' | 'results', entry: Schema): Schema => ({
  type: 'object',
  properties: {
    [name]: { type: 'array', items: entry, ...(name === 'requests' ? { minItems: 1, maxItems: MOST_REQUESTS } : {}) },
  },
  required: [name],
  ...(name === 'requests' ? { additionalProperties: false } : {}),
})

const replayedHeader: Fields = {
  'Idempotency-Replayed': text({
    optional: true,
    description: '`true` when the answer is the one that was given before.',
  }),
}
const locationHeader: Fields = { Location: text({ description: 'The path of the new resource.' }) }
const integrityErrors = ['reference_not_found', 'rule_broken']
