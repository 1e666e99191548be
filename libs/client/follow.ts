import { createParser } from 'eventsource-parser'
import type { Client } from './client.ts'
import type { EventsOf, OptionsOf, PathsOf, Rest } from './paths.ts'
import { isTransient, LONGEST_TIMER, pauseAfter, sleep } from './persist.ts'

/** An event as CloudEvents 1.0 has it. */
export interface CloudEvent<Type, Data> {
  /** With `source`, its own for ever. */
  readonly id: string
  /** The service that emitted it. */
  readonly source: string
  readonly type: Type
  readonly specversion: '1.0'
  /** The path of the resource that it happened to. */
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly dataschema: string
  readonly data: Data
  /** The request that caused it. */
  readonly requestid?: string
  readonly traceparent?: string
  readonly tracestate?: string
}

type StreamPaths = {
  [P in PathsOf<'get'>]: EventsOf<P> extends undefined ? never : P
}[PathsOf<'get'>]

/** An event of a stream, and its place. */
export interface Followed<P> {
  /** Good for `Last-Event-ID`, or as `from`, to go on behind it another time. */
  readonly position: string
  readonly event: { [T in keyof EventsOf<P>]: CloudEvent<T, EventsOf<P>[T]> }[keyof EventsOf<P>]
}

/** How a stream is followed. */
export type FollowOptions<P> = Omit<OptionsOf<P, 'get'>, 'attempts' | 'deadline'> & {
  /** Milliseconds of silence after which the connection counts as lost; the services speak every 15 s. 45,000 unless told otherwise. */
  readonly silence?: number | undefined
  /** Called whenever the stream has begun: what happens from then on will be told. */
  readonly onOpen?: (() => void) | undefined
}

/**
 * Follows a stream of events, without gap or repeat: when the connection ends or is lost, it comes back behind the last event
 * that came, as often as it takes. It ends when the signal aborts or the loop is left, and with `live: false` at the end of
 * what there is; it throws the `Problem` of a stream that is refused for good.
 *
 * @example
 * for await (const { event } of follow(client, '/v1/returns:stream', { query: { from: 'beginning' } })) {
 *   if (event.type === 'rentals.return_completed') console.log(event.data.rental_id)
 * }
 */
export async function* follow<P extends StreamPaths>(
  client: Client,
  path: P,
  ...[options]: Rest<FollowOptions<P>>
): AsyncGenerator<Followed<P>, void> {
  // What all streams take, which the types know of each path, but not of all.
  const { signal, headers, silence = 45_000, pause, onOpen, ...call } = (options ?? {}) as Asked
  const open = client.open as (path: P, options: object) => Promise<Response>
  const place: Place = { id: undefined, pause: 1_000 }
  for (let failures = 0; !signal?.aborted; ) {
    const connection = new AbortController()
    const either = signal ? AbortSignal.any([signal, connection.signal]) : connection.signal
    const within = <T>(work: Promise<T>) => settleWithin(work, silence, () => connection.abort(LOST))
    let failure: unknown
    try {
      const resumed = place.id === undefined ? headers : { ...headers, 'Last-Event-ID': place.id }
      const once = { ...call, headers: resumed, signal: either, attempts: 1, deadline: Infinity }
      const { body } = await within(open(path, once))
      if (body === null) throw new TypeError('The stream has no body.')
      onOpen?.()
      for await (const message of readMessages<P>(body, place, within)) {
        failures = 0
        if (signal?.aborted) return
        yield message
      }
      if (call.query?.live === false) return
    } catch (error) {
      if (signal?.aborted) return
      if (!isTransient(error)) throw error
      failure = error
      failures++
    } finally {
      connection.abort()
    }
    const rest = failure === undefined ? 0 : pauseAfter(failures, failure, pause)
    await sleep(Math.max(pause ?? place.pause, rest), signal ?? NEVER).catch(() => {})
  }
}

/** The messages of one connection; notes the place, also where it is no message's own. */
async function* readMessages<P>(
  body: ReadableStream<Uint8Array>,
  place: Place,
  within: <T>(work: Promise<T>) => Promise<T>,
): AsyncGenerator<Followed<P>, void> {
  const messages: Followed<P>[] = []
  const parser = createParser({
    onId(id) {
      place.id = id
    },
    onRetry(milliseconds) {
      place.pause = milliseconds
    },
    onEvent({ id = '', data }) {
      messages.push({ position: id, event: JSON.parse(data) })
    },
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await within(reader.read())
    if (done) return
    parser.feed(decoder.decode(value, { stream: true }))
    yield* messages.splice(0)
  }
}

/** As the work settles; what is called when it has not in time is to make it. */
async function settleWithin<T>(work: Promise<T>, milliseconds: number, onLate: () => void): Promise<T> {
  const timer = setTimeout(onLate, Math.min(milliseconds, LONGEST_TIMER))
  return work.finally(() => clearTimeout(timer))
}

const LOST = new TypeError('The stream fell silent.')
const NEVER = new AbortController().signal

interface Asked {
  readonly signal?: AbortSignal | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly silence?: number | undefined
  readonly pause?: number | undefined
  readonly onOpen?: (() => void) | undefined
  readonly query?: { readonly live?: boolean | undefined }
}

/** How far a stream was read, and how long its server wants to be left alone after it has ended. */
interface Place {
  id: string | undefined
  pause: number
}
