import { createLog, id, integer, objectSchema, type Schema, text } from '@mainspring/core'
import type { Route } from '../route.ts'
import { createServer, type Server, type ServerOptions } from '../server.ts'

/** A server for a test, and what it has logged. */
export interface Sample {
  readonly server: Server
  readonly lines: readonly LogLine[]
}

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly request_id?: string
  readonly [member: string]: unknown
}

/** A server of these routes that nobody has started yet. */
export function createSample(routes: readonly Route[], options: Partial<ServerOptions> = {}): Sample {
  const lines: LogLine[] = []
  const server = createServer({
    routes,
    codes: [],
    info: { title: 'Sample', version: '1.0.0', services: [{ name: 'sprockets', description: 'Parts.' }] },
    health: { ready: async () => ({ database: { ready: true } }), status: async () => ({ version: '1.0.0' }) },
    log: createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line)) }),
    host: '127.0.0.1',
    port: 0,
    ...options,
  })
  return { server, lines }
}

/** A GET that answers `{}`, but for what the test says. */
export function sampleRoute(path: string, given: Partial<Route> = {}): Route {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return {
    method: 'GET',
    path,
    operation: { id: `${given.method ?? 'GET'} ${path}`, summary: 'A sample', tag: 'sprockets' },
    scope: 'public',
    params: Object.fromEntries(names.map((name) => [name, id()])),
    replies: [{ status: 200, description: 'Whatever.', schema: { type: 'object' } }],
    handle: async () => ({ status: 200, body: {} }),
    ...given,
  }
}

/** A body with a field of each kind of mistake. */
export const sprocketBody: Schema = objectSchema({
  teeth: integer({ min: 1 }),
  name: text({ optional: true, max: 8 }),
})

/** Get, list, create, update and a custom method, each of which answers with what it was given. */
export const sampleRoutes: readonly Route[] = [
  sampleRoute('/v1/sprockets/{sprocket_id}', {
    handle: async ({ params }) => ({ status: 200, headers: { etag: '"7"' }, body: { id: params.sprocket_id } }),
  }),
  sampleRoute('/v1/sprockets', {
    query: { max_page_size: integer({ default: 50 }), filter: text({ optional: true }) },
    handle: async ({ query }) => ({ status: 200, body: query }),
  }),
  sampleRoute('/v1/sprockets', {
    method: 'POST',
    query: { id: id({ optional: true }) },
    body: { schema: sprocketBody },
    replies: [{ status: 201, description: 'Made.', schema: sprocketBody }],
    handle: async ({ body }) => ({
      status: 201,
      headers: { etag: '"1"', location: '/v1/sprockets/1' },
      body: Object(body),
    }),
  }),
  sampleRoute('/v1/sprockets/{sprocket_id}', {
    method: 'PATCH',
    body: { schema: sprocketBody, media_types: ['application/merge-patch+json'] },
    handle: async ({ body }) => ({ status: 200, headers: { etag: '"2"' }, body: Object(body) }),
  }),
  sampleRoute('/v1/sprockets/{sprocket_id}:polish', {
    method: 'POST',
    body: { schema: objectSchema({ grit: integer({ default: 100 }) }), optional: true },
    handle: async ({ params, body }) => ({ status: 200, body: { ...params, ...Object(body) } }),
  }),
  sampleRoute('/v1/sprockets:batch-get', {
    method: 'POST',
    safe: true,
    body: { schema: { type: 'object' } },
    handle: async () => ({ status: 200, body: { results: [] } }),
  }),
]
