import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis'
import type { Log } from '@mainspring/core'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Kinesis } from './kinesis-line.ts'
import { kinesisPublisher } from './kinesis-publisher.ts'
import { kinesisSource } from './kinesis-source.ts'
import type { Transport } from './transport.ts'

/** Where Kinesis is. Region and credentials come the usual ways of the SDK, unless they are given. */
export interface KinesisOptions extends Pick<KinesisClientConfig, 'region' | 'credentials'> {
  readonly stream: string
  /** Of an emulator; a stream that is not there is then made. */
  readonly endpoint?: string | undefined
  readonly log: Log
  /** Milliseconds between two looks at a shard that has nothing new; all readers of a shard have five looks a second. */
  readonly pause?: number
}

/** Milliseconds. */
const PATIENCE = { connection: 1_000, answer: 5_000 }

/**
 * Carries the events of all services by one stream of Amazon Kinesis. Of a subject all are in one shard, as long as there is
 * that shard; a record has one or several, in CloudEvents' JSON batch format.
 */
export function openKinesis({ stream, endpoint, log, pause = 1_000, ...identity }: KinesisOptions): Transport {
  const client = new KinesisClient({
    ...identity,
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 2,
    // The default speaks HTTP/2, which emulators do not without TLS.
    requestHandler: new NodeHttpHandler({
      connectionTimeout: PATIENCE.connection,
      requestTimeout: PATIENCE.answer,
      throwOnRequestTimeout: true,
    }),
  })
  const kinesis: Kinesis = { client, stream, isEmulated: endpoint !== undefined, log, pause }
  const sources: ReturnType<typeof kinesisSource>[] = []

  return {
    name: 'kinesis',
    publisher: (service) => kinesisPublisher(kinesis, service),
    sources(services) {
      const made = services.length === 0 ? [] : [kinesisSource(kinesis, services)]
      sources.push(...made)
      return made
    },
    async close() {
      for (const { close } of sources) await close()
      client.destroy()
    },
  }
}
