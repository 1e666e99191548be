import { createSignal } from '../signal.ts'
import { type EventSource, type Lane, type Page, type Place, placeOf } from '../source.ts'
import { readArrivals } from './arrivals.ts'
import { createCached } from './cached.ts'
import type { Nats } from './nats-line.ts'
import { ensureStream, streamOf } from './nats-stream.ts'
import { createReadAhead, type ReadAhead } from './read-ahead.ts'

/** Milliseconds in which a stream is looked at again: it might have been made anew. */
const LOOKS = 2_000
/** Messages that are on their way at the same time. */
const MOST_AT_ONCE = 250

/**
 * The stream of a service, read as a log: a place in it is a sequence, nothing is acknowledged and nothing comes back later. A
 * stream that was deleted and made anew counts from the beginning, so it is another lane.
 */
export function natsSource(nats: Nats, service: string): EventSource & { readonly close: () => Promise<void> } {
  const news = createSignal()
  let lane: (Lane & ReadAhead) | undefined

  async function look(): Promise<readonly Lane[]> {
    const line = await nats.connect()
    const { created } = await ensureStream(line, nats, service)
    if (lane?.name !== created) {
      await lane?.close()
      lane = createLane(created)
    }
    return [lane]
  }

  const lanes = createCached(look, LOOKS)

  function createLane(created: string): Lane & ReadAhead {
    const open = (after: Place, signal: AbortSignal) => readStream(nats, { service, created }, after, signal)
    const ahead = createReadAhead(open, news.tell)
    return {
      ...ahead,
      name: created,
      async end() {
        const { state } = await ensureStream(await nats.connect(), nats, service)
        return placeOf(state.last_seq)
      },
      async lag(after) {
        const { state } = await ensureStream(await nats.connect(), nats, service)
        return { events: Math.max(0, state.last_seq - Math.max(Number(after), state.first_seq - 1)) }
      },
    }
  }

  return {
    name: `nats ${streamOf(nats, service)}`,
    services: [service],
    lanes: lanes.get,
    onNews: news.listen,
    close: async () => void (await lane?.close()),
  }
}

/** Ends with an error when the consumer has to be made anew, for then it is to be begun at the place that the reader has. */
async function* readStream(
  nats: Nats,
  { service, created }: { readonly service: string; readonly created: string },
  after: Place,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const line = await nats.connect()
  const info = await ensureStream(line, nats, service)
  if (info.created !== created) throw new Error(`The stream ${info.config.name} was made anew.`)
  const consumer = await line.client.consumers.get(info.config.name, { opt_start_seq: Number(after) + 1 })
  const messages = await consumer.consume({ max_messages: MOST_AT_ONCE, expires: 10_000, idle_heartbeat: 2_000 })
  const stop = () => messages.stop()
  signal.addEventListener('abort', stop, { once: true })
  void (async () => {
    for await (const { type } of messages.status()) {
      if (DISTURBANCES.has(type)) messages.stop(new Error(`Reading of ${info.config.name} was disturbed: ${type}.`))
    }
  })()
  try {
    for await (const message of messages) {
      const place = placeOf(message.seq)
      yield { entries: readArrivals(message.string(), place, nats.log), place }
    }
  } finally {
    signal.removeEventListener('abort', stop)
    messages.stop()
    await consumer.delete().catch(() => false)
  }
}

const DISTURBANCES: ReadonlySet<string> = new Set([
  ...['consumer_deleted', 'consumer_not_found', 'stream_not_found', 'ordered_consumer_recreated', 'reset'],
])
