import { setTimeout as sleep } from 'node:timers/promises'
import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  PutRecordCommand,
  type Shard,
} from '@aws-sdk/client-kinesis'
import { createSignal } from '../signal.ts'
import { BEGINNING, CLOSED, type EventSource, type Lag, type Lane, type Page, type Place } from '../source.ts'
import { readArrivals } from './arrivals.ts'
import { createCached } from './cached.ts'
import type { Kinesis } from './kinesis-line.ts'
import { isClosed, listShards } from './kinesis-shards.ts'
import { createReadAhead, type OpenLane, type ReadAhead } from './read-ahead.ts'

/** Milliseconds in which the shards are looked at again. */
const LOOKS = 10_000
/** Records that are fetched at once: a megabyte each, at the worst. */
const MOST_AT_ONCE = 250
/** Milliseconds between two looks at a shard that has more: five a second are allowed. */
const BREATH = 200

/** The stream, read as one log per shard: a place in it is a sequence number. A shard comes after those it was made of. */
export function kinesisSource(
  kinesis: Kinesis,
  services: readonly string[],
): EventSource & { readonly close: () => Promise<void> } {
  const news = createSignal()
  const readers = new Map<string, ReadAhead>()
  const lanes = createCached(look, LOOKS)

  async function look(): Promise<readonly Lane[]> {
    const shards = await listShards(kinesis)
    const names = new Set(shards.map(({ ShardId }) => ShardId))
    for (const [name, { close }] of readers) {
      if (names.has(name)) continue
      await close()
      readers.delete(name)
    }
    return shards.map(laneOf)
  }

  function laneOf(shard: Shard): Lane {
    const name = shard.ShardId ?? ''
    const open: OpenLane = (after, signal) => readShard(kinesis, name, after, signal)
    const reader = readers.get(name) ?? createReadAhead(open, news.tell)
    readers.set(name, reader)
    return {
      name,
      after: [shard.ParentShardId, shard.AdjacentParentShardId].filter((each) => each !== undefined),
      async read(after, limit) {
        const page = await reader.read(after, limit)
        if (page.place === CLOSED) lanes.expire()
        return page
      },
      end: () => endOf(kinesis, shard),
      lag: (after) => lagOf(kinesis, name, after),
    }
  }

  return {
    name: `kinesis ${kinesis.stream}`,
    services,
    lanes: lanes.get,
    onNews: news.listen,
    async close() {
      for (const { close } of readers.values()) await close()
    },
  }
}

async function* readShard(kinesis: Kinesis, shard: string, after: Place, signal: AbortSignal): AsyncGenerator<Page> {
  const { client, log, pause } = kinesis
  let place = after
  let iterator = await findIterator(kinesis, shard, place)
  for (;;) {
    const answer = await client
      .send(new GetRecordsCommand({ ShardIterator: iterator, Limit: MOST_AT_ONCE }), { abortSignal: signal })
      .catch((error: unknown) => {
        // It lasts five minutes; whoever reads may take longer over what there is.
        if (error instanceof ExpiredIteratorException) return undefined
        throw error
      })
    for (const { SequenceNumber = '', Data } of answer?.Records ?? []) {
      place = placeOf(SequenceNumber)
      yield { entries: readArrivals(Buffer.from(Data ?? []).toString(), place, log), place }
    }
    if (answer && answer.NextShardIterator === undefined) break
    iterator = answer?.NextShardIterator ?? (await findIterator(kinesis, shard, place))
    const isBehind = (answer?.MillisBehindLatest ?? 0) > 0
    await sleep(isBehind ? Math.min(BREATH, pause) : pause, undefined, { signal })
  }
  yield { entries: [], place: CLOSED }
}

async function findIterator({ client, stream }: Kinesis, shard: string, after: Place): Promise<string | undefined> {
  const begin =
    after === BEGINNING
      ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
      : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: sequenceOf(after) } as const)
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName: stream, ShardId: shard, ...begin }),
  )
  return ShardIterator
}

/** How long the next record has been there, or as Kinesis says if it has not come to one yet. It counts as a look at the shard. */
async function lagOf(kinesis: Kinesis, shard: string, after: Place): Promise<Lag> {
  const ShardIterator = await findIterator(kinesis, shard, after)
  const { Records = [], MillisBehindLatest = 0 } = await kinesis.client.send(
    new GetRecordsCommand({ ShardIterator, Limit: 1 }),
  )
  const arrivals = Records.map(({ ApproximateArrivalTimestamp }) => ApproximateArrivalTimestamp?.getTime() ?? 0)
  return { milliseconds: Math.max(MillisBehindLatest, ...arrivals.map((time) => Date.now() - time)) }
}

/** Kinesis tells a shard's end to those alone who put something there: so a record without events is put. */
async function endOf({ client, stream }: Kinesis, shard: Shard): Promise<Place> {
  if (isClosed(shard)) return CLOSED
  const { ShardId, SequenceNumber = '' } = await client.send(
    new PutRecordCommand({
      StreamName: stream,
      PartitionKey: 'end',
      ExplicitHashKey: shard.HashKeyRange?.StartingHashKey,
      Data: Buffer.from('[]'),
    }),
  )
  if (ShardId === shard.ShardId) return placeOf(SequenceNumber)
  throw new Error(`The shard ${shard.ShardId} was split or merged just now.`)
}

/** The most digits that a sequence number has. */
const DIGITS = 129

const placeOf = (sequence: string): Place => sequence.padStart(DIGITS, '0')

const sequenceOf = (place: Place): string => place.replace(/^0+(?=.)/, '')
