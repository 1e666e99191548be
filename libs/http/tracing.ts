import type { Span, Tracer } from '@mainspring/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { PROBES } from './health.ts'
import { pathOf } from './target.ts'

/**
 * Has a tracer told of each request, but those of who only watches. Who asks a request for its `traceparent` from then on gets
 * that of its span: what follows from the request follows from this.
 */
export function traceRequests(app: FastifyInstance, tracer: Tracer): void {
  const spans = new WeakMap<FastifyRequest, Span>()
  app.addHook('onRequest', (raw, _reply, done) => {
    const { headers } = raw.raw
    const { traceparent, tracestate } = headers
    const parent = { traceparent: oneOf(traceparent), tracestate: oneOf(tracestate) }
    const span = tracer.start(raw.method, { kind: 'server', parent })
    headers.traceparent = span.context.traceparent
    headers.tracestate = span.context.tracestate
    spans.set(raw, span)
    done()
  })
  app.addHook('onResponse', (raw, { statusCode }, done) => {
    if (!PROBES.has(raw.route_path)) {
      spans.get(raw)?.end({
        name: `${raw.method} ${raw.route_path}`.trimEnd(),
        attributes: {
          'http.request.method': raw.method,
          'http.route': raw.route_path || undefined,
          'http.response.status_code': statusCode,
          'url.path': pathOf(raw.raw.url ?? '/'),
          'mainspring.request_id': raw.id,
        },
        ...(statusCode >= 500 ? { error: String(statusCode) } : {}),
      })
    }
    done()
  })
}

const oneOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? undefined : header
