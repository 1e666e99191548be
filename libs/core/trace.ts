/** Where something is in a trace, as it travels: https://www.w3.org/TR/trace-context/. */
export interface TraceContext {
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
}

/** What is told of a span; names are OpenTelemetry's where it has one. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>

/** How a span begins. */
export interface SpanOptions {
  /** What it does for others: answers them, sends them something, works on what they sent; by default nothing. */
  readonly kind?: 'server' | 'producer' | 'consumer'
  /** What caused it; without one, or with one that is no trace, it begins a trace of its own. */
  readonly parent?: TraceContext | undefined
  /** What else it has to do with. */
  readonly links?: readonly TraceContext[]
  readonly attributes?: SpanAttributes
}

/** What is known of a span when it ends. */
export interface SpanEnd {
  /** In place of the name that it began with. */
  readonly name?: string
  readonly attributes?: SpanAttributes
  /** What went wrong. */
  readonly error?: unknown
}

/** Some work that takes time. One that never ends is never told. */
export interface Span {
  /** Handed to what follows from it. */
  readonly context: TraceContext
  readonly end: (end?: SpanEnd) => void
}

/** Tells somebody what is done and how long it takes. A process that nobody watches has none. */
export interface Tracer {
  readonly start: (name: string, options: SpanOptions) => Span
  /** Tells what it has not told yet, as far as that takes no more than a moment. */
  readonly close: () => Promise<void>
}

/** How a span is called and begins, but for what caused it. */
export type SpanStart = readonly [name: string, options?: Omit<SpanOptions, 'parent'>]

/**
 * Does something that has a cause: as a span, if there is a tracer, which is then the cause that `work` hands on. Without one
 * nothing is described.
 */
export const asSpan = <T, C extends TraceContext>(
  tracer: Tracer | undefined,
  cause: C,
  describe: () => SpanStart,
  work: (cause: C) => Promise<T>,
): Promise<T> => (tracer ? trace(tracer, cause, describe(), work) : work(cause))

async function trace<T, C extends TraceContext>(
  tracer: Tracer,
  cause: C,
  [name, options]: SpanStart,
  work: (cause: C) => Promise<T>,
): Promise<T> {
  const span = tracer.start(name, { ...options, parent: cause })
  try {
    const result = await work({ ...cause, ...span.context })
    span.end()
    return result
  } catch (error) {
    span.end({ error })
    throw error
  }
}

/** The id of the trace that a `traceparent` belongs to; undefined for one that is none. */
export const traceIdOf = (traceparent: string | readonly string[] | undefined): string | undefined =>
  typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
