import { createManualClock, systemClock } from '@mainspring/core'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { createCache } from './cache.ts'
import { createMemoryStore } from './memory-store.ts'
import { LONGEST_KEPT, textForm } from './store.ts'

const openCache = () => createCache(createMemoryStore(systemClock, textForm))

test('what is kept is not made again', async () => {
  const cache = openCache()
  const fill = vi.fn(async () => 'pizzas')

  const answers = [
    await cache.cached('menu', fill),
    await cache.cached('menu', fill),
    await cache.cached('other', fill),
  ]

  expect(answers).toEqual(['pizzas', 'pizzas', 'pizzas'])
  expect(fill).toHaveBeenCalledTimes(2)
})

test('many who ask at once wait for one', async () => {
  const cache = openCache()
  const { promise, resolve } = Promise.withResolvers<string>()
  const fill = vi.fn(() => promise)

  const answers = Array.from({ length: 100 }, () => cache.cached('menu', fill))
  resolve('pizzas')

  expect(new Set(await Promise.all(answers))).toEqual(new Set(['pizzas']))
  expect(fill).toHaveBeenCalledTimes(1)
})

test('what fails is not kept, and fails all who waited for it', async () => {
  const cache = openCache()
  const failing = () => Promise.reject(new Error('no database'))

  const answers = await Promise.allSettled([cache.cached('menu', failing), cache.cached('menu', failing)])

  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await cache.cached('menu', async () => 'pizzas')).toBe('pizzas')
})

test('who asks after a clear gets nothing that was made before it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom('write', 'read', 'read'), { maxLength: 12 }),
      async (scheduler, steps) => {
        const cache = openCache()
        let truth = 0
        const wrong: object[] = []
        const sequence = steps.map((step, index) => ({
          label: `${step} ${index}`,
          builder: async () => {
            if (step === 'write') {
              truth += 1
              cache.clear()
              return
            }
            const asked = truth
            void cache
              .cached('menu', async () => {
                const seen = truth
                await scheduler.schedule(Promise.resolve(), 'fill')
                return String(seen)
              })
              .then((got) => Number(got) < asked && wrong.push({ asked, got }))
          },
        }))

        scheduler.scheduleSequence(sequence)
        await scheduler.waitIdle()

        expect(wrong).toEqual([])
      },
    ),
    { numRuns: 200 },
  )
})

test('what was kept for long is made again', async () => {
  const clock = createManualClock('2026-11-21T12:00:00Z')
  const cache = createCache(createMemoryStore(clock, textForm))
  await cache.cached('menu', async () => 'old')

  clock.advance(LONGEST_KEPT - 1)
  const before = await cache.cached('menu', async () => 'new')
  clock.advance(1)
  const after = await cache.cached('menu', async () => 'new')

  expect([before, after]).toEqual(['old', 'new'])
})

test('what is kept is told at once, as long as it is kept', async () => {
  const clock = createManualClock('2026-11-21T12:00:00Z')
  const cache = createCache(createMemoryStore(clock, textForm))
  const told = [cache.recall('menu')]

  await cache.cached('menu', async () => 'pizzas')
  told.push(cache.recall('menu'), cache.recall('other'))
  cache.clear()
  told.push(cache.recall('menu'))
  await cache.cached('menu', async () => 'pies')
  clock.advance(LONGEST_KEPT)
  told.push(cache.recall('menu'))

  expect(told).toEqual([undefined, 'pizzas', undefined, undefined, undefined])
})

test('what was longest not asked for makes room', async () => {
  const cache = createCache(createMemoryStore(systemClock, textForm, 10))
  const made: string[] = []
  const ask = (key: string) =>
    cache.cached(key, async () => {
      made.push(key)
      return 'four'
    })

  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(key)
  cache.recall('a')
  await ask('c')

  expect(made).toEqual(['a', 'b', 'c', 'b', 'c'])
  expect(cache.recall('a')).toBe('four')
})

test('what is larger than all there is room for is not kept', async () => {
  const cache = createCache(createMemoryStore(systemClock, textForm, 10))
  const fill = vi.fn(async () => 'eleven characters')

  await cache.cached('a', fill)
  await cache.cached('a', fill)

  expect(fill).toHaveBeenCalledTimes(2)
})
