import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

/** A span, as far as tests look at it. */
export interface CollectedSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  /** 2 for what failed. */
  readonly status: number
  readonly service: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/** A collector of traces for a test. */
export interface Collector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string
  /** All that it was told so far. */
  readonly spans: readonly CollectedSpan[]
  /** What requests to it brought along. */
  readonly headers: readonly IncomingHttpHeaders[]
  /** It takes nothing from now on, or does again. */
  readonly refuse: (refuses: boolean) => void
  readonly close: () => Promise<void>
}

/**
 * Starts one that takes OTLP as JSON over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp); or, if it hangs, what comes
 * without ever answering.
 */
export async function createCollector({ hangs = false } = {}): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const headers: IncomingHttpHeaders[] = []
  let refuses = false
  const server = createServer(async (request, response: ServerResponse) => {
    if (hangs) return
    headers.push(request.headers)
    const told = readSpans((await json(request)) as Export)
    if (!refuses) spans.push(...told)
    response.writeHead(refuses ? 400 : 200, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    spans,
    headers,
    refuse(now) {
      refuses = now
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly Told[] }[]
  }[]
}

type Told = Omit<CollectedSpan, 'status' | 'service' | 'attributes'> & {
  readonly status: { readonly code?: number }
  readonly attributes: readonly Attribute[]
}

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

const readSpans = ({ resourceSpans }: Export): readonly CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        ...span,
        status: span.status.code ?? 0,
        service: String(valuesOf(resource.attributes)['service.name']),
        attributes: valuesOf(span.attributes),
      })),
  )

const valuesOf = (attributes: readonly Attribute[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
