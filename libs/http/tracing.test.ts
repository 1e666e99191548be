import type { SpanEnd, SpanOptions, Tracer } from '@mainspring/core'
import { expect, test } from 'vitest'
import { createSample, sampleRoute } from './testing/sample-server.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const OWN = `00-${TRACE}-1111111111111111-01`

test('a request is a span below its caller, and what follows from it is below that', async () => {
  const { server, spans, seen, lines } = start()
  const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`

  await server.inject({ url: '/v1/parts/7', headers: { traceparent, 'x-request-id': 'r1' } })

  expect(spans).toEqual([
    {
      parent: traceparent,
      name: 'GET /v1/parts/{part_id}',
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/v1/parts/{part_id}',
        'http.response.status_code': 200,
        'url.path': '/v1/parts/7',
        'mainspring.request_id': 'r1',
      },
    },
  ])
  expect(seen).toEqual([OWN])
  expect(lines).toMatchObject([{ message: 'request', request_id: 'r1', trace_id: TRACE }])
})

test('what nobody serves is a span without a route, and a defect is an error', async () => {
  const { server, spans } = start()

  await server.inject({ url: '/nowhere' })
  await server.inject({ url: '/v1/broken' })

  expect(spans).toMatchObject([{ name: 'GET' }, { name: 'GET /v1/broken', error: '500' }])
  expect(spans[0]).not.toHaveProperty('error')
})

test('who only watches is not told', async () => {
  const { server, spans } = start()

  await server.inject({ url: '/healthz' })
  await server.inject({ url: '/readyz' })

  expect(spans).toEqual([])
})

/** Spans that ended, and where routes found themselves in the trace. */
function start() {
  const spans: (SpanEnd & { readonly parent: string | undefined })[] = []
  const seen: unknown[] = []
  const tracer: Tracer = {
    start: (_name, { parent }: SpanOptions) => ({
      context: { traceparent: OWN },
      end: (end) => void spans.push({ parent: parent?.traceparent, ...end }),
    }),
    close: async () => {},
  }
  const parts = sampleRoute('/v1/parts/{part_id}', {
    handle: async (request) => {
      seen.push(request.header('traceparent'))
      return { status: 200, body: {} }
    },
  })
  const broken = sampleRoute('/v1/broken', { handle: () => Promise.reject(new Error('no')) })
  return { ...createSample([parts, broken], { tracer }), spans, seen }
}
