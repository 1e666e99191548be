import { setTimeout as sleep } from 'node:timers/promises'
import {
  KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  ResourceInUseException,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis'
import { createLog } from '@mainspring/core'
import { describeEngine, describeOn, startKinesis } from '@mainspring/testing'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { openKinesis } from './kinesis.ts'
import { isClosed } from './kinesis-shards.ts'
import { conforms } from './testing/conformance.ts'
import { createGate } from './testing/gate.ts'
import type { Ground } from './testing/stage.ts'

const features = { broker: true, durable: false, lag: 'lag_seconds', backlog: 4_000, reshards: true } as const

const identity = { region: 'eu-central-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } }

async function openGround(): Promise<Ground> {
  const server = await startKinesis()
  const gate = await createGate(server.url)
  const log = createLog({ level: 'silent' })
  const client = new KinesisClient({ ...identity, endpoint: server.url, requestHandler: new NodeHttpHandler() })
  const names = new WeakMap<object, string>()
  let stream = ''
  let worlds = 0

  return {
    ...gate,
    connect(outbox) {
      stream = names.get(outbox) ?? `test-${++worlds}`
      names.set(outbox, stream)
      const transport = openKinesis({ ...identity, endpoint: gate.url, stream, log, pause: 20 })
      return {
        publisher: transport.publisher('meters'),
        sources: transport.sources(['meters']),
        close: transport.close,
      }
    },
    reshard: (time) => whenActive(() => reshard(client, stream, time)),
    async close() {
      client.destroy()
      await gate.close()
      await server.destroy()
    },
  }
}

/** Splits twice, then merges. */
async function reshard(client: KinesisClient, StreamName: string, time: number): Promise<void> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }))
  const open = Shards.filter((shard) => !isClosed(shard)).toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1))
  const [first, second] = open
  if (!first || !second) throw new Error('There are always two shards.')
  const NewStartingHashKey = String((startOf(first) + BigInt(first.HashKeyRange?.EndingHashKey ?? 0)) / 2n)
  if (time % 3 < 2) {
    await client.send(new SplitShardCommand({ StreamName, ShardToSplit: first.ShardId, NewStartingHashKey }))
  } else {
    const [ShardToMerge, AdjacentShardToMerge] = [first.ShardId, second.ShardId]
    await client.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }))
  }
}

const startOf = ({ HashKeyRange }: Shard): bigint => BigInt(HashKeyRange?.StartingHashKey ?? 0)

/** One change of the shards has to be over before the next. */
async function whenActive(change: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await change()
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error
      await sleep(20)
    }
  }
}

describeOn('kinesis', 'the transport kinesis', () => {
  describeEngine('sqlite', 'between databases', (each) => conforms(each, features, openGround))
})
