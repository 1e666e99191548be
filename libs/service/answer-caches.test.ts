import { openCaches } from '@mainspring/cache'
import { createLog, id, systemClock } from '@mainspring/core'
import { entity } from '@mainspring/data'
import { type EventStream, event, type Follow } from '@mainspring/events'
import { answerCache } from '@mainspring/resource'
import { openEntities } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createAnswerCaches } from './answer-caches.ts'

const Pie = entity('pies', 'pie', {})
const Baked = event('kitchen.baked', { pie_id: id() }, { subject: 'pies/{pie_id}', description: 'A pie was baked.' })
const Eaten = event('kitchen.eaten', { pie_id: id() }, { subject: 'pies/{pie_id}', description: 'A pie was eaten.' })
const shelf = answerCache('shelf', [Baked])
const emit = async () => {}

test('a unit clears what it makes untrue with its commit, and not before', async () => {
  const { answers, isKept, database } = await open()

  await database.write(async (db) => {
    await answers.clearing(db, emit)(Baked, { pie_id: 'a' })
    expect(await isKept()).toBe(true)
  })

  expect(await isKept()).toBe(false)
})

test('a unit that is undone, or emits something else, clears nothing', async () => {
  const { answers, isKept, database } = await open()

  const undone = database.write(async (db) => {
    await answers.clearing(db, emit)(Baked, { pie_id: 'a' })
    throw new Error('No.')
  })
  await expect(undone).rejects.toThrow('No.')
  await database.write((db) => answers.clearing(db, emit)(Eaten, { pie_id: 'a' }))

  expect(await isKept()).toBe(true)
})

test('what others emitted clears as soon as the log has it', async () => {
  const { answers, isKept } = await open()
  const news = Promise.withResolvers<void>()
  await answers.watch(followOf(async () => news.promise))
  await isKept()

  const before = await isKept()
  news.resolve()

  expect(before).toBe(true)
  await vi.waitFor(async () => expect(await isKept()).toBe(false))
})

test('a log that cannot be followed is looked for again, and what was missed is cleared', {
  timeout: 10_000,
}, async () => {
  const { answers, isKept, lines } = await open()
  let follows = 0
  const failing = followOf(async () => {
    follows += 1
    if (follows === 1) throw new Error('The database is away.')
    return new Promise(() => {})
  })

  await answers.watch(failing)
  await isKept()

  await vi.waitFor(() => expect(follows).toBe(2), { timeout: 5_000 })
  expect(await isKept()).toBe(false)
  expect(lines).toEqual(['what clears the cache cannot be followed for now'])
})

async function open() {
  const lines: string[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line).message) })
  const database = await openEntities('sqlite::memory:', { entities: [Pie] })
  const answers = createAnswerCaches('kitchen', [shelf], {
    caches: await openCaches(null, { clock: systemClock, log }),
    log,
  })
  onTestFinished(async () => {
    answers.stop()
    await database.close()
  })
  let made = 0
  /** Whether it was kept until now; it is afterwards. */
  const isKept = async () => {
    const before = made
    await answers.cacheOf(shelf).cached('pies', async () => ({ status: 200, headers: {}, body: Buffer.of(made++) }))
    return made === before
  }
  // What is asked for once is not kept.
  for (const _ of [1, 2]) await isKept()
  return { answers, database, isKept, lines }
}

/** Follows one event, which comes when `wait` is over. */
const followOf =
  (wait: () => Promise<unknown>): Follow =>
  async <E>(events: readonly E[]) => {
    async function* read() {
      await wait()
      yield { position: 1, event: { type: 'kitchen.baked' } }
    }
    expect(events).toEqual([Baked])
    return { position: 0, [Symbol.asyncIterator]: read } as unknown as EventStream<never>
  }
