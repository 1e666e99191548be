import { setTimeout as sleep } from 'node:timers/promises'
import type { Log, Span, SpanAttributes, SpanEnd, SpanOptions, TraceContext, Tracer } from '@mainspring/core'
import {
  type Attributes,
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { KernelSettings } from './settings.ts'

/** What a tracer is told. */
export type TraceSettings = Pick<
  KernelSettings,
  | 'otel_exporter_otlp_endpoint'
  | 'otel_exporter_otlp_headers'
  | 'otel_service_name'
  | 'otel_traces_sampler'
  | 'otel_traces_sampler_arg'
>

/** Milliseconds between two exports, those that one has, and those that the last one has: what is not told by then is lost. */
const TIMES = { between: 500, export: 3_000, last: 400 }

/**
 * Opens the way to a collector (https://opentelemetry.io/docs/specs/otlp/). Whoever is traced never waits for it: what it does
 * not take goes nowhere, and the log says so once until it takes some again.
 */
export function openCollector(settings: TraceSettings, version: string, log: Log): Tracer {
  const exporter = new OTLPTraceExporter({
    url: `${settings.otel_exporter_otlp_endpoint?.replace(/\/$/, '')}/v1/traces`,
    headers: readHeaders(settings.otel_exporter_otlp_headers ?? ''),
    timeoutMillis: TIMES.export,
  })
  const processor = new BatchSpanProcessor({
    exporter: watched(exporter, log),
    scheduledDelayMillis: TIMES.between,
    exportTimeoutMillis: 2 * TIMES.export, // a stopper only: the exporter keeps its own time
  })
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': settings.otel_service_name, 'service.version': version }),
    ),
    sampler: samplerOf(settings),
    spanProcessors: [processor],
  })
  const tracer = provider.getTracer('mainspring', version)

  return {
    start(name, { kind, parent, links = [], attributes }: SpanOptions): Span {
      const options = {
        kind: kind ? KINDS[kind] : SpanKind.INTERNAL,
        links: [...links, ...(kind === 'consumer' && parent ? [parent] : [])].flatMap(linkTo),
        ...(attributes ? { attributes: known(attributes) } : {}),
      }
      const span = tracer.startSpan(name, options, contextOf(parent))
      const { traceId, spanId, traceFlags, traceState } = span.spanContext()
      return {
        context: {
          traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
          tracestate: traceState?.serialize(),
        },
        end({ name, attributes, error }: SpanEnd = {}) {
          if (name !== undefined) span.updateName(name)
          if (attributes) span.setAttributes(known(attributes))
          if (error !== undefined) {
            const isError = error instanceof Error
            span.setAttribute('error.type', isError ? error.name : String(error))
            span.setStatus({ code: SpanStatusCode.ERROR, ...(isError ? { message: error.message } : {}) })
          }
          span.end()
        },
      }
    },
    async close() {
      const told = provider.shutdown().catch(() => undefined)
      await Promise.race([told, sleep(TIMES.last, undefined, { ref: false })])
    },
  }
}

const KINDS = { server: SpanKind.SERVER, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER } as const

const known = (attributes: SpanAttributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

function contextOf({ traceparent, tracestate }: TraceContext = {}): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? []
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...{ traceId, spanId, isRemote: true, traceFlags: Number.parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED },
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  })
}

function linkTo(to: TraceContext) {
  const context = trace.getSpanContext(contextOf(to))
  return context ? [{ context }] : []
}

/** As https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ calls them. */
function samplerOf({ otel_traces_sampler: name, otel_traces_sampler_arg: share }: TraceSettings): Sampler {
  const root = name.endsWith('always_on')
    ? new AlwaysOnSampler()
    : name.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(share)
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

/** `key=value,other=value`, values percent-encoded where they must be. */
const readHeaders = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? []
      return key === undefined || value === undefined
        ? []
        : [[key, value.replaceAll(/%[2-7][0-9a-f]/gi, decodeURIComponent)]]
    }),
  )

/** Says when the collector takes nothing, and when it does again. */
function watched(exporter: SpanExporter, log: Log): SpanExporter {
  let isAway = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== 0
        if (failed && !isAway) log.warn({ err: result.error }, 'the collector of traces takes nothing for now')
        if (!failed && isAway) log.info('the collector of traces takes them again')
        isAway = failed
        done(result)
      })
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  }
}
