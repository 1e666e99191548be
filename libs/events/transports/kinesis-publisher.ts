import { createHash } from 'node:crypto'
import { PutRecordsCommand, ResourceNotFoundException } from '@aws-sdk/client-kinesis'
import type { Kinesis } from './kinesis-line.ts'
import { ensureStream } from './kinesis-shards.ts'
import type { EventRecord, Publisher, PublishLimits } from './publisher.ts'

/**
 * A record may have 1 MiB with its key, a request 500 records and 5 MiB:
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html. Each event costs a comma, too.
 */
const LIMITS: PublishLimits = { events: 100, record_bytes: 1_000_000, records: 500, bytes: 5_000_000 }

/** Puts the events of a service into the stream, those of a subject under one partition key. */
export function kinesisPublisher(kinesis: Kinesis, service: string): Publisher {
  const { client, stream } = kinesis
  return {
    name: 'kinesis',
    limits: LIMITS,
    async publish(records) {
      const command = new PutRecordsCommand({
        StreamName: stream,
        Records: records.map((record) => ({
          PartitionKey: partitionKeyOf(service, record),
          Data: Buffer.from(`[${record.events.map(({ envelope }) => envelope).join()}]`),
        })),
      })
      try {
        const { Records = [] } = await client.send(command)
        return records.map((_, index) => errorOf(Records[index]))
      } catch (error) {
        if (error instanceof ResourceNotFoundException) await ensureStream(kinesis)
        throw error
      }
    },
  }
}

/** Some records may be stored and others, before or after them, not. */
function errorOf(result: { ErrorCode?: string | undefined; ErrorMessage?: string | undefined } | undefined): unknown {
  if (result && result.ErrorCode === undefined) return undefined
  return new Error(`${result?.ErrorCode ?? 'no answer'}: ${result?.ErrorMessage ?? ''}`)
}

/** It may have 256 characters. */
function partitionKeyOf(service: string, { subject }: EventRecord): string {
  const key = `${service}/${subject}`
  return key.length <= 256 ? key : createHash('sha256').update(key).digest('hex')
}
