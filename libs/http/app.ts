import { type Clock, createIds, type IdSource, type Log, type Tracer, traceIdOf } from '@mainspring/core'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { createArrival } from './arrival.ts'
import { createClientErrorHandler } from './client-error.ts'
import { type Site, sendError } from './failure.ts'
import { createFallback } from './fallback.ts'
import { createHandler } from './handler.ts'
import { PROBES } from './health.ts'
import type { Limits } from './limits.ts'
import { JSON_TYPE } from './media.ts'
import { createAllowedMethods, toRouterPath } from './path.ts'
import type { Route } from './route.ts'
import { pathOf } from './target.ts'
import { traceRequests } from './tracing.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The path of the route that was found, as declared; empty if none was. */
    route_path: string
    /** Where the request comes from, noted on arrival: a socket that is gone no longer knows. */
    client_address: string
  }
}

/** What the web framework is told. */
export interface AppOptions {
  readonly site: Site
  readonly limits: Limits
  readonly routes: readonly Route[]
  readonly clock: Clock
  readonly cors_origins: readonly string[]
  readonly trusted_proxies: readonly string[]
  /** Where uploads are while they are worked on. */
  readonly spool_folder: string
  readonly tracer?: Tracer | undefined
}

/**
 * Makes the Fastify instance. Fastify routes, reads bodies and knows HTTP; checking and answering are ours, since all
 * mistakes of a request are to be told at once and every error looks alike.
 */
export function createApp(options: AppOptions): FastifyInstance {
  const { site, limits, routes, clock } = options
  const ids = createIds(clock)
  const arrive = createArrival(limits, options.cors_origins, clock)
  // These lines hold no secrets, and looking for some costs as much as the line.
  const access = site.log.child({}, { redact: [] })
  const app = fastify({
    ...settingsOf(options),
    genReqId: ({ headers }) => chooseId(headers['x-request-id'], ids),
    clientErrorHandler: createClientErrorHandler(site, ids),
    frameworkErrors(error, raw, reply) {
      reply.raw.once('finish', () => logAccess(raw, reply, access))
      sendError(arrive(raw, reply) ?? error, raw, reply, site)
    },
  })
  // An expectation that nobody knows may be ignored (RFC 9110, section 10.1.1); Node would answer 417 without a word.
  app.server.on('checkExpectation', app.routing)
  app.decorateRequest('route_path', '')
  app.decorateRequest('client_address', '')
  if (options.tracer) traceRequests(app, options.tracer)
  app.addHook('onRequest', (raw, reply, done) => {
    done(arrive(raw, reply))
  })
  app.addHook('onResponse', (raw, reply, done) => {
    logAccess(raw, reply, access)
    done()
  })
  app.removeAllContentTypeParsers()
  // By name those that come often, which are then found without parsing the header.
  app.addContentTypeParser(
    [JSON_TYPE, 'application/merge-patch+json', '*'],
    { parseAs: 'buffer' },
    (_raw, bytes, done) => done(null, bytes),
  )
  app.setErrorHandler((error, raw, reply) => {
    // Fastify would hang up; but who is still sending would then lose the answer to the reset.
    reply.removeHeader('connection')
    sendError(error, raw, reply, site)
  })
  app.setNotFoundHandler(createFallback(createAllowedMethods(routes), site))
  const add = (to: FastifyInstance, route: Route) =>
    to.route({
      method: route.method === 'GET' ? ['GET', 'HEAD'] : route.method,
      url: toRouterPath(route.path),
      handler: createHandler(route, options),
    })
  for (const route of routes) if (!route.upload) add(app, route)
  app.register((uploading, _, done) => {
    uploading.removeAllContentTypeParsers()
    // Their handler takes the body itself.
    uploading.addContentTypeParser('*', (_raw, _body, parsed) => parsed(null))
    for (const route of routes) if (route.upload) add(uploading, route)
    done()
  })
  return app
}

function settingsOf({ limits, trusted_proxies }: AppOptions) {
  const receive = limits.receive_seconds * 1000
  return {
    bodyLimit: limits.body_bytes,
    requestTimeout: receive,
    http: {
      maxHeaderSize: limits.header_bytes,
      headersTimeout: receive,
      requestTimeout: receive,
      connectionsCheckingInterval: Math.min(1000, receive / 4),
      // Checked on arrival: Node would answer without a word.
      requireHostHeader: false,
    },
    trustProxy: trusted_proxies.length > 0 ? [...trusted_proxies] : false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    routerOptions: { maxParamLength: limits.uri_bytes, querystringParser: () => UNPARSED },
  }
}

/** Queries are parsed with the route's other parts, where mistakes can be told. */
const UNPARSED = {}

const SANE_ID = /^[A-Za-z0-9._-]{1,128}$/

const chooseId = (sent: string | string[] | undefined, ids: IdSource): string =>
  typeof sent === 'string' && SANE_ID.test(sent) ? sent : ids()

/** One line per request, without the query, which may hold what is nobody's business. Who only watches is not news. */
function logAccess(raw: FastifyRequest, reply: FastifyReply, log: Log): void {
  log[PROBES.has(raw.route_path) ? 'debug' : 'info'](
    {
      request_id: raw.id,
      trace_id: traceIdOf(raw.headers.traceparent),
      method: raw.method,
      route: raw.route_path,
      path: pathOf(raw.raw.url ?? '/'),
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 100) / 100,
    },
    'request',
  )
}
