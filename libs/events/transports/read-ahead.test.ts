import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { CLOSED, type Page } from '../source.ts'
import { createReadAhead, type OpenLane } from './read-ahead.ts'

const pageOf = (place: string, events = 1): Page => ({
  place,
  entries: Array.from({ length: events }, () => ({ place, type: 'a.b', subject: 's', envelope: '{}' })),
})

/** A lane of pages `001`, `002` and so on, which waits or fails where it ends. */
function createLane(pages: number, { error, events = 1 }: { error?: Error; events?: number } = {}) {
  const opened: string[] = []
  let given = 0
  const open: OpenLane = async function* (after, signal) {
    opened.push(after)
    for (let place = Number(after) + 1; place <= pages; place++) {
      given += 1
      yield pageOf(String(place).padStart(3, '0'), events)
    }
    if (error) throw error
    await sleep(60_000, undefined, { signal })
  }
  return { open, opened, given: () => given }
}

const readNext = async (read: ReturnType<typeof createReadAhead>['read'], after: string, limit: number) => {
  let page: Page = { entries: [], place: after }
  await vi.waitUntil(async () => {
    page = await read(after, limit)
    return page.place !== after
  })
  return page
}

test('gives what has come, in whole pages, and then nothing', async () => {
  const lane = createLane(3, { events: 2 })
  const { read, close } = createReadAhead(lane.open, () => undefined)
  expect(await read('', 3)).toEqual({ entries: [], place: '' })
  await vi.waitUntil(() => lane.given() === 3)

  const [first, second, third] = [await read('', 3), await read('002', 3), await read('003', 3)]

  expect([first.place, first.entries.length]).toEqual(['002', 4])
  expect([second.place, second.entries.length]).toEqual(['003', 2])
  expect(third).toEqual({ entries: [], place: '003' })
  expect(lane.opened).toEqual([''])
  await close()
})

test('begins anew at the place that is asked for', async () => {
  const lane = createLane(3)
  const { read, close } = createReadAhead(lane.open, () => undefined)
  await readNext(read, '', 2)

  const again = await readNext(read, '', 1)

  expect(again.place).toBe('001')
  expect(lane.opened).toEqual(['', ''])
  await close()
})

test('keeps no more than it may, however much there is', async () => {
  const lane = createLane(999)
  const { read, close } = createReadAhead(lane.open, () => undefined)
  await read('', 1)
  await vi.waitUntil(() => lane.given() === 500)
  await sleep(20)
  expect(lane.given()).toBe(500)

  await read('', 100)

  await vi.waitUntil(() => lane.given() === 600)
  await close()
})

test('gives what came before a failure, throws it once, and opens the lane again later', async () => {
  const lane = createLane(2, { error: new Error('away') })
  const { read, close } = createReadAhead(lane.open, () => undefined)
  const page = await readNext(read, '', 10)

  await expect(vi.waitUntil(() => read(page.place, 10).then(() => false))).rejects.toThrow('away')

  expect(await read(page.place, 10)).toEqual({ entries: [], place: page.place })
  expect(lane.opened).toEqual([''])
  await vi.waitUntil(() => read(page.place, 10).then(() => lane.opened.length === 2))
  await close()
})

test('a lane that ends has failed, unless it is closed', async () => {
  const ended = createReadAhead(
    async function* () {
      yield pageOf('001')
    },
    () => undefined,
  )
  const closed = createReadAhead(
    async function* () {
      yield { entries: [], place: CLOSED }
    },
    () => undefined,
  )
  await readNext(ended.read, '', 1)

  expect((await readNext(closed.read, '', 1)).place).toBe(CLOSED)
  await expect(vi.waitUntil(() => ended.read('001', 1).then(() => false))).rejects.toThrow(
    'The way to a lane has ended.',
  )
  expect(await closed.read(CLOSED, 1)).toEqual({ entries: [], place: CLOSED })
})

test('tells when something has come', async () => {
  let news = 0
  const { read, close } = createReadAhead(createLane(3).open, () => {
    news += 1
  })

  await read('', 1)

  await vi.waitUntil(() => news > 0)
  await close()
})
