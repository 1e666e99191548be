/** Something that happened, as server-sent events tell it (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface ServerSentEvent {
  /** Its place: a client that was cut sends it back as `Last-Event-ID`. One line. */
  readonly id: string
  /** Its type. One line. */
  readonly event: string
  readonly data: object
}

/** What is told as it happens. */
export interface ServerSentEvents extends AsyncIterable<ServerSentEvent> {
  /** The place up to which all has been told, also when it is not an event's own. */
  readonly id: string
}

/** How a stream of events is kept alive, and ended when nobody reads it. */
export interface EventStreamOptions {
  /** Milliseconds of silence after which the client is told that it is still there, and how far it is. */
  readonly heartbeat: number
  /** Milliseconds in which a client takes what it is sent. */
  readonly patience: number
  /** Called when it did not. */
  readonly onStalled: () => void
}

/**
 * The text of a stream of server-sent events, to be pulled as the client reads. It begins with the place where it starts, so
 * that a client that is cut before the first event misses none (a message without data is no event for it, but it remembers
 * the place), and with the pause before it comes again, which varies: after a restart they do not all come at once. It ends
 * with the place where it ends.
 */
export async function* writeEvents(
  events: ServerSentEvents,
  { heartbeat, patience, onStalled }: EventStreamOptions,
): AsyncGenerator<string, void> {
  const iterator = events[Symbol.asyncIterator]()
  let stalled: NodeJS.Timeout | undefined
  let told = ''
  const placeOf = ({ id }: { readonly id: string }): string => {
    told = id
    return `id: ${id}\n`
  }
  const watch = (text: string): string => {
    stalled = setTimeout(onStalled, patience)
    return text
  }
  try {
    yield watch(`retry: ${Math.round(1_000 + Math.random() * 2_000)}\n${placeOf(events)}\n`)
    for (let next = iterator.next(); ; ) {
      clearTimeout(stalled)
      const got = await within(heartbeat, next)
      if (got?.done) break
      yield watch(got ? `${placeOf(got.value)}${writeEvent(got.value)}` : `:\n${placeOf(events)}\n`)
      if (got) next = iterator.next()
    }
    if (events.id !== told) yield `${placeOf(events)}\n`
  } finally {
    clearTimeout(stalled)
    await iterator.return?.()
  }
}

/** JSON is one line. */
const writeEvent = ({ event, data }: ServerSentEvent): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** What it resolves to, or nothing if it does not in time. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds)
  })
  return Promise.race([work, silence]).finally(() => clearTimeout(timer))
}
