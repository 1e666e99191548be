import { randomUUID } from 'node:crypto'
import { createServiceProcess, describeOn, findServer } from '@mainspring/testing'
import { expect, onTestFinished, test } from 'vitest'
import { type KinesisStream, openKinesisStream } from '../connectors/kinesis.ts'
import { postJson } from './sheets.ts'

const AWS = { region: 'eu-central-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } }

describeOn('kinesis', 'budget over Kinesis', () => {
  test('tells there what it does, that of one item in order', async () => {
    const endpoint = await findServer('kinesis')
    const stream = openKinesisStream({ stream: randomUUID(), endpoint, ...AWS })
    const service = await createServiceProcess({
      env: {
        ...{ FIXTURES: '0', LOG_LEVEL: 'warn', TRANSPORT: 'kinesis' },
        ...{ KINESIS_ENDPOINT: endpoint, KINESIS_STREAM: stream.name, AWS_REGION: AWS.region },
        ...{ AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' },
      },
    })
    onTestFinished(async () => {
      await service.destroy()
      await stream.delete()
      stream.close()
    })
    await service.start(['budget'])

    const ids = ['one', 'two', 'three']
    await Promise.all(ids.map((id) => liveThrough(service.url, id)))

    const told = () => readEvents(stream)
    await expect.poll(async () => (await told()).length, { timeout: 20_000 }).toBe(2 + ids.length * 5)
    const bySubject = Map.groupBy(await told(), ({ subject }) => subject)
    for (const id of ids) {
      expect(bySubject.get(`budget-items/${id}`)?.map(({ type, data }) => [type, data.amount_minor])).toEqual([
        ['budget.item_created', 0],
        ['budget.item_updated', 1],
        ['budget.item_updated', 2],
        ['budget.item_updated', 3],
        ['budget.item_deleted', 3],
      ])
    }
    expect((await told()).filter(({ type }) => type === 'budget.payee_created').map(({ data }) => data.name)).toEqual(
      expect.arrayContaining(['Ada', 'Bob']),
    )
  })
})

/** Makes an item, changes it three times and deletes it. */
async function liveThrough(url: string, id: string): Promise<void> {
  const parties = { payor_name: 'Ada', payee_name: 'Bob' }
  const item = { id, item: 'Bread', amount_minor: 0, currency_code: 'EUR', ...parties }
  expect((await postJson(`${url}/v1/budget-items`, item)).status).toBe(201)
  const path = `${url}/v1/budget-items/${id}`
  for (const amount_minor of [1, 2, 3]) {
    const headers = { 'content-type': 'application/merge-patch+json' }
    const { status } = await fetch(path, { method: 'PATCH', headers, body: JSON.stringify({ amount_minor }) })
    expect(status).toBe(200)
  }
  expect((await fetch(path, { method: 'DELETE' })).status).toBe(204)
}

interface Event {
  readonly type: string
  readonly subject: string
  readonly data: { readonly [field: string]: unknown }
}

/** All that is in the stream now, shard after shard. */
async function readEvents(stream: KinesisStream): Promise<readonly Event[]> {
  const events: Event[] = []
  for (const shard of await stream.shards()) {
    const { value: records = [] } = await stream.read(shard).next()
    for (const { text } of records) events.push(...JSON.parse(text))
  }
  return events
}
