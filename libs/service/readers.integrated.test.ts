import { text } from '@mainspring/core'
import { entity, type Reads, type Row } from '@mainspring/data'
import { queue, type Taken, type Writes } from '@mainspring/events'
import { resource } from '@mainspring/resource'
import { describeEachEngine } from '@mainspring/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Library, startLibrary } from './testing/library.ts'

const PATIENT = { timeout: 10_000, interval: 20 }

const Word = entity('words', 'word', { spelling: text({ max: 100 }) })
const Line = entity('lines', 'line', { spelling: text({ max: 100 }), reader: text({ max: 20 }) })

let readers = 0

/** Writes lines for as long as all goes well. */
async function writeLines(_: Reads, items: AsyncIterable<Taken<{ readonly spelling: string }>>): Promise<void> {
  const number = ++readers
  const reader = `reader ${number}`
  for await (const { payload, done } of items) {
    if (number < 3 && payload.spelling === 'leave') return
    if (number < 3 && payload.spelling === 'forget') continue
    if (payload.spelling.endsWith('!')) throw new TypeError(`${payload.spelling} cannot be typed.`)
    await done(async ({ db }) => void (await db.insert(Line, { ...payload, reader })))
  }
}

const typing = queue({
  name: 'library.type',
  payload: { spelling: text({ max: 100 }) },
  retry: { attempts: 2, first_seconds: 0.02, longest_seconds: 0.02 },
  take: writeLines,
})

const words = resource(Word, {
  create: {
    async handle({ db, enqueue }: Writes, { spelling }: { readonly spelling: string }): Promise<Row<typeof Word>> {
      await enqueue(typing, { spelling })
      return db.insert(Word, { spelling })
    },
  },
})

describeEachEngine('a queue with readers', (engine) => {
  let url: string
  let library: Library
  const start = () => startLibrary(url, [words, resource(Line, { list: true })], { queues: [typing] })
  beforeEach(async () => {
    readers = 0
    url = await engine.createUrl()
    library = await start()
  })
  afterEach(() => library.stop())

  test('is read by one for as long as the service runs', async () => {
    await write('one', 'two', 'three')

    await vi.waitFor(async () => expect(await lines()).toHaveLength(3), PATIENT)

    expect(await lines()).toEqual(['one: reader 1', 'three: reader 1', 'two: reader 1'])
    expect(await consumer()).toMatchObject({ kind: 'QUEUE', declared: true, ready: 0, in_hand: 0, dead: 0 })
  })

  test('has a dead letter of what its reader fails with each time, and a new reader for the rest', async () => {
    await write('loud!', 'calm')

    await vi.waitFor(async () => expect(await consumer()).toMatchObject({ dead: 1, ready: 0, in_hand: 0 }), PATIENT)
    await vi.waitFor(async () => expect(await lines()).toHaveLength(1), PATIENT)

    const { body } = await library.client.get('/v1/operations/dead-letters')
    expect(body).toMatchObject({
      results: [{ attempts: 2, payload: { spelling: 'loud!' }, error: expect.stringContaining('cannot be typed') }],
    })
    expect(await lines()).not.toEqual(['calm: reader 1'])
  })

  test.each(['leave', 'forget'])(
    'has what readers %s in their hands again, as if it had not been taken',
    async (word) => {
      await write(word)

      await vi.waitFor(async () => expect(await lines()).toEqual([`${word}: reader 3`]), PATIENT)

      expect(await consumer()).toMatchObject({ dead: 0, ready: 0, in_hand: 0, most_attempts: 0 })
    },
  )

  const write = async (...spellings: readonly string[]) => {
    for (const spelling of spellings) await library.client.post('/v1/words', { spelling })
  }
  const lines = async () => {
    const { body } = await library.client.get<{ readonly results: readonly Row<typeof Line>[] }>('/v1/lines')
    return body.results.map(({ spelling, reader }) => `${spelling}: ${reader}`).toSorted()
  }
  const consumer = async () => (await library.client.get('/v1/operations/consumers/library.type')).body
})
