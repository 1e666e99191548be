import { setTimeout as sleep } from 'node:timers/promises'
import { KinesisFailure, type KinesisStream, type StoredRecord, type StreamRecord } from '../connectors/kinesis.ts'

/** How it is demonstrated, and who is told of each step. */
export interface DemonstrationOptions {
  readonly shards: number
  readonly records: number
  readonly say: (step: string) => void
  /** Ends it early; what it made is deleted all the same. */
  readonly signal?: AbortSignal
  /** Milliseconds that any one step may take. */
  readonly patience?: number
}

/** Milliseconds between two looks: AWS allows five a second. */
const PAUSE = 250

/**
 * Makes a stream, puts records, reads them back and compares them, and deletes the stream. Throws `KinesisFailure`; a stream
 * that it made is deleted then, too, and one that was there before is left alone.
 */
export async function demonstrate(stream: KinesisStream, options: DemonstrationOptions): Promise<void> {
  const { shards, records, say } = options
  await stream.create(shards)
  say(`asked for the stream ${stream.name} with ${count(shards, 'shard')}`)
  try {
    await waitFor(
      options,
      () => `${stream.name} is not active yet`,
      async () => (await stream.status()) === 'ACTIVE',
    )
    say('the stream is active')
    const put = await stream.put(recordsOf(records))
    say(`put ${count(put.length, 'record')}`)
    const read = await readBack(stream, put, options)
    compare(put, read)
    say('all came back, each once and as it was put')
  } catch (error) {
    await stream.delete().then(
      () => say('the stream is being deleted'),
      () => say(`the stream ${stream.name} is still there`),
    )
    throw error
  }
  await stream.delete()
  say('asked for the stream to be deleted')
  await waitFor(
    options,
    () => `${stream.name} is not gone yet`,
    async () => (await stream.status()) === undefined,
  )
  say('the stream is gone')
}

/** Changes of a few items, several of each: those of one item stay in order. */
const recordsOf = (records: number): readonly StreamRecord[] =>
  Array.from({ length: records }, (_, number) => ({
    key: `budget/budget-items/${number % 5}`,
    text: JSON.stringify({ type: 'budget.item_updated', subject: `budget-items/${number % 5}`, data: { number } }),
  }))

async function readBack(
  stream: KinesisStream,
  put: readonly StoredRecord[],
  options: DemonstrationOptions,
): Promise<readonly StoredRecord[]> {
  const found: StoredRecord[] = []
  for (const shard of await stream.shards()) {
    const wanted = put.filter((record) => record.shard === shard).length
    const pages = stream.read(shard)
    let read = 0
    await waitFor(
      options,
      () => `${shard} gave ${read} of ${count(wanted, 'record')}`,
      async () => {
        const { value = [], done } = await pages.next()
        found.push(...value)
        read += value.length
        return read >= wanted || done === true
      },
    )
    options.say(`read ${count(read, 'record')} from ${shard}`)
  }
  return found
}

/** Sequence numbers say which is which: no two are alike in a shard, and in it they are in order. */
function compare(put: readonly StoredRecord[], read: readonly StoredRecord[]): void {
  const known = new Map(read.map((record) => [`${record.shard}/${record.sequence}`, record]))
  if (known.size !== read.length) throw new KinesisFailure('A record came back twice.')
  for (const { shard, sequence, key, text } of put) {
    const back = known.get(`${shard}/${sequence}`)
    if (!back) throw new KinesisFailure(`The record ${sequence} did not come back from ${shard}.`)
    if (back.key !== key || back.text !== text) throw new KinesisFailure(`The record ${sequence} came back changed.`)
  }
  if (read.length !== put.length) {
    throw new KinesisFailure(`${count(put.length, 'record')} were put, and ${read.length} came back.`)
  }
}

async function waitFor(
  { signal, patience = 60_000 }: DemonstrationOptions,
  complain: () => string,
  isDone: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + patience
  while (!(await isDone())) {
    signal?.throwIfAborted()
    if (Date.now() >= end) throw new KinesisFailure(`${complain()}, after ${Math.round(patience / 1000)} s.`)
    await sleep(PAUSE)
  }
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`
