import type { Line, Nats } from './nats-line.ts'
import { ensureStream, streamOf } from './nats-stream.ts'
import type { EventRecord, Publisher } from './publisher.ts'

/** Publishes the events of a service into its stream, each acknowledged when it is stored. */
export function natsPublisher(nats: Nats, service: string): Publisher {
  let isThere = false

  async function publish({ client }: Line, { events }: EventRecord): Promise<unknown> {
    for (const { type, envelope } of events) {
      const { id }: { readonly id: string } = JSON.parse(envelope)
      const expect = { streamName: streamOf(nats, service) }
      try {
        await client.publish(`${nats.stream}.${type}`, envelope, { msgID: id, expect })
      } catch (error) {
        isThere = false
        return error
      }
    }
    return undefined
  }

  return {
    name: 'nats',
    limits: { events: 1, record_bytes: 0, records: 256, bytes: 4 * 1024 * 1024 },
    async publish(records) {
      const line = await nats.connect()
      if (!isThere) await ensureStream(line, nats, service)
      isThere = true
      return Promise.all(records.map((record) => publish(line, record)))
    },
  }
}
