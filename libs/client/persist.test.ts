import { expect, onTestFinished, test, vi } from 'vitest'
import { persist } from './persist.ts'
import { Problem } from './problem.ts'
import { refusal } from './testing/scripted-fetch.ts'

const busy = (headers: Readonly<Record<string, string>> = {}) => new Problem(refusal(503, 'busy', headers), {})

test('after the last attempt it fails as it failed last', async () => {
  const attempt = vi.fn(() => Promise.reject(busy()))

  await expect(persist(attempt, { attempts: 3, pause: 1 })).rejects.toMatchObject({ status: 503 })
  expect(attempt).toHaveBeenCalledTimes(3)
})

test('a mistake in the code is not tried again', async () => {
  const attempt = vi.fn(() => Promise.reject(new SyntaxError('no JSON')))

  await expect(persist(attempt, { pause: 1 })).rejects.toThrow('no JSON')
  expect(attempt).toHaveBeenCalledTimes(1)
})

test('the pauses double, are of random length, and are never shorter than the server asks for', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  onTestFinished(() => void vi.useRealTimers().restoreAllMocks())
  const failures = [
    busy(),
    busy(),
    busy({ 'retry-after': '7' }),
    busy({ 'retry-after': new Date(Date.now() + 17_000).toUTCString() }),
  ]
  const begun = Date.now()
  const times: number[] = []

  const done = persist(
    async () => {
      times.push(Date.now() - begun)
      const failure = failures.shift()
      if (failure) throw failure
    },
    { pause: 100 },
  )
  await vi.runAllTimersAsync()
  await done

  expect(times.slice(0, 4)).toEqual([0, 50, 150, 7_350])
  expect(times[4]).toBeGreaterThan(16_000)
})

test('a pause that would outlast the deadline is not begun', async () => {
  const attempt = vi.fn(() => Promise.reject(busy({ 'retry-after': '60' })))
  const begun = Date.now()

  await expect(persist(attempt, { deadline: 5_000 })).rejects.toMatchObject({ status: 503 })
  expect(Date.now() - begun).toBeLessThan(4_000)
})

test.each([Infinity, 10 ** 12])('who is asked to come again in years does not do so at once: %d', async (deadline) => {
  const attempt = vi.fn(() => Promise.reject(busy({ 'retry-after': '99999999' })))

  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('enough')), 40)

  await expect(persist(attempt, { deadline, signal: controller.signal })).rejects.toThrow('enough')
  expect(attempt).toHaveBeenCalledTimes(1)
})

test('an attempt that goes on at the deadline is aborted', async () => {
  const attempt = (signal: AbortSignal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

  await expect(persist(attempt, { deadline: 5 })).rejects.toMatchObject({ name: 'TimeoutError' })
})

test('who aborts gets their own reason, also during a pause', async () => {
  const controller = new AbortController()
  const attempt = () => {
    setTimeout(() => controller.abort(new Error('enough')), 1)
    return Promise.reject(busy({ 'retry-after': '30' }))
  }

  await expect(persist(attempt, { signal: controller.signal })).rejects.toThrow('enough')
  await expect(persist(attempt, { signal: controller.signal })).rejects.toThrow('enough')
})

test('what an attempt makes of being aborted is of no interest', async () => {
  const controller = new AbortController()
  const attempt = async () => {
    controller.abort(new Error('enough'))
    throw new TypeError('fetch failed')
  }

  await expect(persist(attempt, { attempts: 1, signal: controller.signal })).rejects.toThrow('enough')
})
