import {
  KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis'
import { createLog } from '@mainspring/core'
import { describeEngine, describeOn, startKinesis } from '@mainspring/testing'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { openKinesis } from './kinesis.ts'
import { isClosed } from './kinesis-shards.ts'
import { conforms, type Ground } from './testing/conformance.ts'
import { createGate } from './testing/gate.ts'

const features = { broker: true, durable: false, reshards: true }

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
    async reshard(time) {
      const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }))
      const open = Shards.filter((shard) => !isClosed(shard)).toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1))
      const [first, second] = open
      if (!first || !second) return
      if (time % 3 < 2) {
        const middle = (startOf(first) + BigInt(first.HashKeyRange?.EndingHashKey ?? 0)) / 2n
        const NewStartingHashKey = String(middle)
        await client.send(
          new SplitShardCommand({ StreamName: stream, ShardToSplit: first.ShardId, NewStartingHashKey }),
        )
      } else {
        await client.send(
          new MergeShardsCommand({
            StreamName: stream,
            ShardToMerge: first.ShardId,
            AdjacentShardToMerge: second.ShardId,
          }),
        )
      }
    },
    async close() {
      client.destroy()
      await gate.close()
      await server.destroy()
    },
  }
}

const startOf = ({ HashKeyRange }: Shard): bigint => BigInt(HashKeyRange?.StartingHashKey ?? 0)

describeOn('kinesis', 'the transport kinesis', () => {
  describeEngine('sqlite', 'between databases', (each) => conforms(each, features, openGround))
})
