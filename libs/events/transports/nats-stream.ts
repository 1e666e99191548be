import { JetStreamApiError, type StreamInfo } from '@nats-io/jetstream'
import type { Line, Nats } from './nats-line.ts'

/** Days that events are kept for readers that are away. */
const KEPT_FOR = 14
/** Minutes in which a message that comes twice is stored once. Receivers know what they have without it. */
const WATCHED_FOR = 2

/** The stream of a service. */
export const streamOf = ({ stream }: Nats, service: string): string => `${stream}-${service}`

/** Finds the stream of a service, or makes it. */
export async function ensureStream({ manager }: Line, nats: Nats, service: string): Promise<StreamInfo> {
  const name = streamOf(nats, service)
  try {
    return await manager.streams.info(name)
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === NOT_FOUND)) throw error
    return await manager.streams.add({
      name,
      subjects: [`${nats.stream}.${service}.>`],
      description: `Events of ${service}.`,
      max_age: KEPT_FOR * 86_400e9,
      duplicate_window: WATCHED_FOR * 60e9,
    })
  }
}

const NOT_FOUND = 10_059
