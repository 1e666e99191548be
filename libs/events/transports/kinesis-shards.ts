import {
  CreateStreamCommand,
  ListShardsCommand,
  type ListShardsCommandOutput,
  ResourceInUseException,
  ResourceNotFoundException,
  type Shard,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis'
import type { Kinesis } from './kinesis-line.ts'

/** Shards of a stream that is made for an emulator. */
const SHARDS = 2

/** All shards that still have records, closed ones among them. */
export async function listShards(kinesis: Kinesis): Promise<readonly Shard[]> {
  const shards: Shard[] = []
  let token: string | undefined
  do {
    const page = await list(kinesis, token)
    shards.push(...(page.Shards ?? []))
    token = page.NextToken
  } while (token !== undefined)
  return shards
}

async function list(kinesis: Kinesis, token: string | undefined): Promise<ListShardsCommandOutput> {
  const { client, stream } = kinesis
  try {
    return await client.send(new ListShardsCommand(token === undefined ? { StreamName: stream } : { NextToken: token }))
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error
    await ensureStream(kinesis)
    return list(kinesis, token)
  }
}

/** Makes the stream for an emulator; elsewhere somebody decides on it, for it costs. */
export async function ensureStream({ client, stream, isEmulated }: Kinesis): Promise<void> {
  if (!isEmulated) throw new Error(`There is no Kinesis stream called ${stream}; make it, or see KINESIS_STREAM.`)
  try {
    await client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: SHARDS }))
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
  }
  await waitUntilStreamExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { StreamName: stream })
}

/** Whether a shard was split or merged, so that nothing more is put into it. */
export const isClosed = ({ SequenceNumberRange }: Shard): boolean =>
  SequenceNumberRange?.EndingSequenceNumber !== undefined
