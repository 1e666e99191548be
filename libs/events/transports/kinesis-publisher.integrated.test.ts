import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { createLog } from '@mainspring/core'
import { expect, onTestFinished, test } from 'vitest'
import { openKinesis } from './kinesis.ts'
import type { EventRecord } from './publisher.ts'

interface Asked {
  readonly StreamName: string
  readonly Records: readonly { readonly Data: string; readonly PartitionKey: string }[]
}

/** Kinesis as far as it takes records; it refuses those whose partition key says so. */
async function startFake() {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as Asked
    asked.push(body)
    const Records = body.Records.map(({ PartitionKey }, index) =>
      PartitionKey.includes('refused')
        ? { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded.' }
        : { SequenceNumber: String(index), ShardId: 'shardId-000000000000' },
    )
    const FailedRecordCount = Records.filter((each) => 'ErrorCode' in each).length
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify({ FailedRecordCount, Records }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const { publisher, close } = openKinesis({
    stream: 'all',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    log: createLog({ level: 'silent' }),
  })
  onTestFinished(async () => {
    await close()
    server.close()
    server.closeAllConnections()
  })
  return { publisher: publisher('meters'), asked }
}

const recordOf = (subject: string, ...ids: string[]): EventRecord => ({
  subject,
  events: ids.map((id, index) => ({
    ...{ position: index + 1, type: 'meters.counted', subject },
    envelope: JSON.stringify({ id, type: 'meters.counted', subject, data: '日本' }),
  })),
})

test('a record that Kinesis refuses in the middle of others is the only one that fails', async () => {
  const { publisher } = await startFake()

  const errors = await publisher.publish([recordOf('a', '1'), recordOf('refused', '2'), recordOf('b', '3')])

  expect(errors.map((error) => error instanceof Error && error.message)).toEqual([
    false,
    'ProvisionedThroughputExceededException: Rate exceeded.',
    false,
  ])
})

test('a record has the events of a subject as a batch of CloudEvents, under that subject', async () => {
  const { publisher, asked } = await startFake()

  await publisher.publish([recordOf('counters/1', '1', '2')])

  const [record] = asked[0]?.Records ?? []
  expect(record?.PartitionKey).toBe('meters/counters/1')
  expect(JSON.parse(Buffer.from(record?.Data ?? '', 'base64').toString())).toMatchObject([
    { id: '1', data: '日本' },
    { id: '2', data: '日本' },
  ])
})

test('a subject that is too long for a partition key is told by its hash', async () => {
  const { publisher, asked } = await startFake()
  const subject = 'x'.repeat(255)

  await publisher.publish([recordOf(subject, '1')])

  const hash = createHash('sha256').update(`meters/${subject}`).digest('hex')
  expect(asked[0]?.Records[0]?.PartitionKey).toBe(hash)
})
