import { randomUUID } from 'node:crypto'
import { createLog, systemClock } from '@mainspring/core'
import { describeOn, findServer, startRedis } from '@mainspring/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Cache } from './cache.ts'
import { openCaches } from './caches.ts'
import { textForm } from './store.ts'

describeOn('redis', 'a cache', () => {
  test('is one for all who give it one name', async () => {
    const [one, other] = [await open(), await open()]
    const name = randomUUID()
    const [mine, theirs] = [one.create(name, textForm), other.create(name, textForm)]
    await Promise.all([one.isThere(mine), other.isThere(theirs)])

    await mine.cached('menu', async () => 'Äpfel')

    expect(await theirs.cached('menu', async () => 'none')).toBe('Äpfel')
    expect(await theirs.cached('other', async () => 'none')).toBe('none')
    expect(await other.create(randomUUID(), textForm).cached('menu', async () => 'none')).toBe('none')
  })

  test('is cleared for all', async () => {
    const [one, other] = [await open(), await open()]
    const name = randomUUID()
    const [mine, theirs] = [one.create(name, textForm), other.create(name, textForm)]
    await Promise.all([one.isThere(mine), other.isThere(theirs)])
    await theirs.cached('menu', async () => 'old')

    mine.clear()

    expect(await mine.cached('menu', async () => 'new')).toBe('new')
    expect(await theirs.cached('menu', async () => 'newer')).toBe('new')
  })

  test('does not keep what another began to make before a clear', async () => {
    const [one, other] = [await open(), await open()]
    const name = randomUUID()
    const [mine, theirs] = [one.create(name, textForm), other.create(name, textForm)]
    await Promise.all([one.isThere(mine), other.isThere(theirs)])
    const filling = Promise.withResolvers<string>()
    const began = Promise.withResolvers<void>()
    const late = theirs.cached('menu', () => {
      began.resolve()
      return filling.promise
    })
    await began.promise

    mine.clear()
    await mine.cached('warm', async () => 'cleared')
    filling.resolve('old')

    expect(await late).toBe('old')
    expect(await mine.cached('menu', async () => 'new')).toBe('new')
    expect(await theirs.cached('menu', async () => 'newer')).toBe('new')
  })

  test('only costs speed when there is no Redis', async () => {
    const { create, lines } = await open('redis://127.0.0.1:1')
    const cache = create('absent', textForm)

    const before = performance.now()
    for (let turn = 0; turn < 100; turn++) expect(await cache.cached('menu', async () => `${turn}`)).toBe(`${turn}`)

    expect(performance.now() - before).toBeLessThan(1_000)
    expect(lines.length).toBeLessThanOrEqual(1)
  })

  test('outlives the Redis that it is in, and finds nothing there that was cleared meanwhile', {
    timeout: 20_000,
  }, async () => {
    const server = await startRedis()
    onTestFinished(() => server.destroy())
    const { create, isThere, lines } = await open(server.url)
    const cache = create('menu', textForm)
    await isThere(cache)
    await cache.cached('menu', async () => 'old')

    server.pause()
    cache.clear()
    const frozen = [await cache.cached('menu', async () => 'new'), await cache.cached('menu', async () => 'newer')]
    server.resume()

    expect(frozen).toEqual(['new', 'newer'])
    await isThere(cache)
    expect(await cache.cached('menu', async () => 'newest')).toBe('newest')

    await server.crash()
    expect(await cache.cached('menu', async () => 'without')).toBe('without')
    await server.start()
    await isThere(cache)
    expect(lines.filter((line) => line.includes('away'))).toHaveLength(2)
  })
})

async function open(url?: string) {
  const lines: string[] = []
  const log = createLog({ level: 'info', write: (line) => lines.push(JSON.parse(line).message) })
  const caches = await openCaches(url ?? (await findServer('redis')), { clock: systemClock, log })
  onTestFinished(caches.close)
  return {
    create: caches.create,
    lines,
    /** Waits until it keeps what it is given. */
    isThere: (cache: Cache<string>) =>
      vi.waitFor(
        async () => {
          const key = randomUUID()
          await cache.cached(key, async () => 'kept')
          expect(await cache.cached(key, async () => 'made again')).toBe('kept')
        },
        { timeout: 10_000, interval: 20 },
      ),
  }
}
