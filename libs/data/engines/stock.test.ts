import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStock } from './stock.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

test('the line that was given back last is taken first, and one is opened only when there is none', async () => {
  const { stock, opened } = fakeStock()
  const [one, other] = [await stock.take(), await stock.take()]
  stock.giveBack(one, false)
  stock.giveBack(other, false)

  const taken = [await stock.take(), await stock.take(), await stock.take()]

  expect(taken.map(({ name }) => name)).toEqual([1, 0, 2])
  expect(opened).toHaveLength(3)
})

test('a broken line is closed, and one that was lost meanwhile is passed over', async () => {
  const { stock, opened } = fakeStock()
  const [broken, lost] = [await stock.take(), await stock.take()]
  stock.giveBack(broken, true)
  stock.giveBack(lost, false)
  lost.lose()

  const next = await stock.take()

  expect(next.name).toBe(2)
  expect(opened.map(({ isClosed }) => isClosed())).toEqual([true, true, false])
})

test('lines that nobody needed for a while are closed, and the others stay', async () => {
  const { stock, opened } = fakeStock()
  const lines = [await stock.take(), await stock.take(), await stock.take()]
  for (const line of lines) stock.giveBack(line, false)

  await vi.advanceTimersByTimeAsync(10_000)
  const both = [await stock.take(), await stock.take()]
  for (const line of both) stock.giveBack(line, false)
  await vi.advanceTimersByTimeAsync(10_000)

  expect(opened.map(({ isClosed }) => isClosed())).toEqual([true, false, false])
})

test('a line that cannot be opened takes no place', async () => {
  const { stock } = fakeStock(() => Promise.reject(new Error('refused')))

  await expect(stock.take()).rejects.toThrow('refused')

  await stock.close()
})

test('closing waits for lines that are taken, and opens no more', async () => {
  const { stock, opened } = fakeStock()
  const [taken, idle] = [await stock.take(), await stock.take()]
  stock.giveBack(idle, false)
  let isClosed = false

  const closing = stock.close().then(() => {
    isClosed = true
  })
  await expect(stock.take()).rejects.toThrow('closed')
  const wasClosed = isClosed
  stock.giveBack(taken, false)
  await closing

  expect(wasClosed).toBe(false)
  expect(opened.map(({ isClosed }) => isClosed())).toEqual([true, true])
})

/** A stock of lines with numbers for names. */
function fakeStock(open?: () => Promise<never>) {
  const opened: ReturnType<typeof fakeLine>[] = []
  const stock = createStock(
    open ??
      (async () => {
        const line = fakeLine(opened.length)
        opened.push(line)
        return line
      }),
  )
  return { stock, opened }
}

function fakeLine(name: number) {
  let isLost = false
  let isClosed = false
  return {
    name,
    lose() {
      isLost = true
    },
    isLost: () => isLost,
    isClosed: () => isClosed,
    async close() {
      isClosed = true
    },
  }
}
