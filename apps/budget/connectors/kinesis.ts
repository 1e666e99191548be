import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  type KinesisClientConfig,
  ListShardsCommand,
  PutRecordsCommand,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'

/** Which stream, and where. Region and credentials come the usual ways of the SDK, unless they are given. */
export interface StreamOptions extends Pick<KinesisClientConfig, 'credentials'> {
  readonly stream: string
  readonly region?: string | undefined
  /** Of an emulator; AWS itself without it. */
  readonly endpoint?: string | undefined
}

/** A record as it is put: records of one key are in one shard. */
export interface StreamRecord {
  readonly key: string
  readonly text: string
}

/** A record as it was stored. */
export interface StoredRecord extends StreamRecord {
  readonly shard: string
  readonly sequence: string
}

/** One stream of Amazon Kinesis. What is asked of it throws `KinesisFailure`. */
export interface KinesisStream {
  readonly name: string
  /** Asks for the stream; throws if there is one of that name already. */
  readonly create: (shards: number) => Promise<void>
  /** `CREATING`, `ACTIVE`, `DELETING`; undefined if there is no such stream. */
  readonly status: () => Promise<string | undefined>
  /** Puts records; resolves to where each was stored. */
  readonly put: (records: readonly StreamRecord[]) => Promise<readonly StoredRecord[]>
  readonly shards: () => Promise<readonly string[]>
  /** All records of a shard from its beginning, some at a time and perhaps none; goes on until nobody asks any more. */
  readonly read: (shard: string) => AsyncGenerator<readonly StoredRecord[]>
  /** Asks for the stream to go. */
  readonly delete: () => Promise<void>
  readonly close: () => void
}

/** What cannot be done, and why, in a sentence. */
export class KinesisFailure extends Error {}

/** Milliseconds. */
const PATIENCE = { connection: 2_000, answer: 5_000 }

/** Gives access to a stream, which need not be there yet. */
export function openKinesisStream({ stream, region, endpoint, ...identity }: StreamOptions): KinesisStream {
  const client = new KinesisClient({
    ...identity,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 3,
    // The default speaks HTTP/2, which emulators do not without TLS.
    requestHandler: new NodeHttpHandler({
      connectionTimeout: PATIENCE.connection,
      requestTimeout: PATIENCE.answer,
      throwOnRequestTimeout: true,
    }),
  })
  const where = endpoint ?? 'AWS'
  const ask = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      throw explain(error, stream, where)
    })

  return {
    name: stream,
    async create(shards) {
      await ask(client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: shards })))
    },
    async status() {
      const asked = client.send(new DescribeStreamSummaryCommand({ StreamName: stream })).catch((error: unknown) => {
        if (error instanceof ResourceNotFoundException) return undefined
        throw error
      })
      return (await ask(asked))?.StreamDescriptionSummary?.StreamStatus
    },
    async put(records) {
      const command = new PutRecordsCommand({
        StreamName: stream,
        Records: records.map(({ key, text }) => ({ PartitionKey: key, Data: Buffer.from(text) })),
      })
      const { Records = [] } = await ask(client.send(command))
      return records.map((record, index) => {
        const { ShardId: shard, SequenceNumber: sequence, ErrorCode } = Records[index] ?? {}
        if (shard !== undefined && sequence !== undefined) return { ...record, shard, sequence }
        throw new KinesisFailure(
          `${where} refused record ${index + 1} of ${records.length}: ${ErrorCode ?? 'no answer'}.`,
        )
      })
    },
    async shards() {
      const { Shards = [] } = await ask(client.send(new ListShardsCommand({ StreamName: stream })))
      return Shards.flatMap(({ ShardId }) => ShardId ?? [])
    },
    async *read(shard) {
      const begin = { StreamName: stream, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' } as const
      let { ShardIterator: iterator } = await ask(client.send(new GetShardIteratorCommand(begin)))
      while (iterator !== undefined) {
        const { Records = [], NextShardIterator } = await ask(
          client.send(new GetRecordsCommand({ ShardIterator: iterator })),
        )
        yield Records.map(({ PartitionKey: key = '', SequenceNumber: sequence = '', Data }) => ({
          ...{ shard, sequence, key },
          text: Buffer.from(Data ?? []).toString(),
        }))
        iterator = NextShardIterator
      }
    },
    async delete() {
      await ask(client.send(new DeleteStreamCommand({ StreamName: stream })))
    },
    close: () => client.destroy(),
  }
}

function explain(error: unknown, stream: string, where: string): KinesisFailure {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const said = () => {
    if (error instanceof ResourceInUseException) return `${where} has a stream called ${stream} already.`
    if (error instanceof ResourceNotFoundException) return `${where} has no stream called ${stream}.`
    if (name === 'CredentialsProviderError')
      return 'There are no credentials: see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
    if (message.includes('Region is missing')) return 'There is no region: see AWS_REGION.'
    if (isUnanswered(error)) return `${where} does not answer: is it running there?`
    return `${where} refuses, ${name}: ${message}`
  }
  return new KinesisFailure(said(), { cause: error })
}

/** What HTTP answers has a status; what is lost on the way does not. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof Error && ('code' in error || error.name === 'TimeoutError')
