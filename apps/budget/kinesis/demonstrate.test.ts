import { expect, test } from 'vitest'
import type { KinesisStream, StoredRecord } from '../connectors/kinesis.ts'
import { type DemonstrationOptions, demonstrate } from './demonstrate.ts'

/** A stream in memory with one shard, which may give back something else than it got. */
function createStream(corrupt: (records: readonly StoredRecord[]) => readonly StoredRecord[] = (records) => records) {
  let records: readonly StoredRecord[] = []
  const asked: string[] = []
  const stream: KinesisStream = {
    name: 'demo',
    create: async () => void asked.push('create'),
    status: async () => (asked.includes('delete') ? undefined : 'ACTIVE'),
    async put(given) {
      records = given.map((record, place) => ({ ...record, shard: 'one', sequence: String(place) }))
      return records
    },
    shards: async () => ['one'],
    async *read() {
      yield corrupt(records)
    },
    delete: async () => void asked.push('delete'),
    close: () => {},
  }
  return { stream, asked }
}

async function run(stream: KinesisStream, options: Partial<DemonstrationOptions> = {}) {
  const steps: string[] = []
  const failure = await demonstrate(stream, {
    ...{ shards: 1, records: 4, say: (step) => steps.push(step), patience: 0 },
    ...options,
  }).catch(({ message }) => message)
  return { failure, steps }
}

test('a demonstration makes a stream, compares what it gives back, and deletes it', async () => {
  const { stream, asked } = createStream()

  const { failure, steps } = await run(stream)

  expect(failure).toBeUndefined()
  expect(asked).toEqual(['create', 'delete'])
  expect(steps).toEqual([
    'asked for the stream demo with 1 shard',
    'the stream is active',
    'put 4 records',
    'read 4 records from one',
    'all came back, each once and as it was put',
    'asked for the stream to be deleted',
    'the stream is gone',
  ])
})

test.each<[string, Parameters<typeof createStream>[0], string]>([
  ['changes', (records) => records.map((record) => ({ ...record, text: 'else' })), 'The record 0 came back changed.'],
  ['doubles', (records) => [...records, ...records], 'A record came back twice.'],
  [
    'adds',
    (records) => [...records, { shard: 'one', sequence: '9', key: 'k', text: 't' }],
    '4 records were put, and 5 came back.',
  ],
  [
    'mistakes',
    (records) => records.map((record, place) => ({ ...record, sequence: `x${place}` })),
    'The record 0 did not come back from one.',
  ],
  ['loses', (records) => records.slice(1), 'one gave 3 of 4 records, after 0 s.'],
])('a stream that %s records fails the demonstration, and is deleted', async (_, corrupt, expected) => {
  const { stream, asked } = createStream(corrupt)

  const { failure } = await run(stream)

  expect(failure).toBe(expected)
  expect(asked).toEqual(['create', 'delete'])
})

test('a stream that does not become active is deleted', async () => {
  const { stream, asked } = createStream()

  const { failure } = await run({ ...stream, status: async () => 'CREATING' })

  expect(failure).toBe('demo is not active yet, after 0 s.')
  expect(asked).toEqual(['create', 'delete'])
})

test('a stream that cannot be deleted is named, and the first failure told', async () => {
  const { stream } = createStream((records) => records.slice(1))
  const failing = () => Promise.reject(new Error('gone'))

  const { failure, steps } = await run({ ...stream, delete: failing })

  expect(failure).toBe('one gave 3 of 4 records, after 0 s.')
  expect(steps.at(-1)).toBe('the stream demo is still there')
})

test('a demonstration that is interrupted deletes its stream', async () => {
  const { stream, asked } = createStream()
  const signal = AbortSignal.abort(new Error('Interrupted.'))

  const { failure } = await run({ ...stream, status: async () => 'CREATING' }, { signal })

  expect(failure).toBe('Interrupted.')
  expect(asked).toEqual(['create', 'delete'])
})
