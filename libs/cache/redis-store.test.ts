import { expect, test } from 'vitest'
import { createCache } from './cache.ts'
import { createRedisStore, type RedisCommands } from './redis-store.ts'
import { textForm } from './store.ts'

test('a clear that Redis missed is made up for before anything is found there', async () => {
  const redis = createFakeRedis()
  const cache = createCache(createRedisStore(redis, 'menu', textForm))
  await cache.cached('pizzas', async () => 'old')
  await cache.cached('pizzas', async () => 'kept, so not made')

  redis.isAway = true
  cache.clear()
  const without = await cache.cached('pizzas', async () => 'new')
  redis.isAway = false
  const after = await cache.cached('pizzas', async () => 'newer')

  expect([without, after]).toEqual(['new', 'newer'])
})

test('who comes to a Redis finds nothing there from before', async () => {
  const redis = createFakeRedis()
  await createCache(createRedisStore(redis, 'menu', textForm)).cached('pizzas', async () => 'old')

  const cache = createCache(createRedisStore(redis, 'menu', textForm))

  expect(await cache.cached('pizzas', async () => 'new')).toBe('new')
})

test('a Redis that forgot the generation, but not what was kept in it, is cleared', async () => {
  const redis = createFakeRedis()
  const cache = createCache(createRedisStore(redis, 'menu', textForm))
  await cache.cached('pizzas', async () => 'old')

  redis.kept.delete('menu:generation')
  const answers = [await cache.cached('pizzas', async () => 'new'), await cache.cached('pizzas', async () => 'newer')]

  expect(answers).toEqual(['new', 'newer'])
  expect(await cache.cached('pizzas', async () => 'kept, so not made')).toBe('newer')
})

/** Keeps what it is given, without an end. */
function createFakeRedis(): RedisCommands & { isAway: boolean; readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    isAway: false,
    kept,
    async getMany(keys) {
      return this.isAway ? undefined : keys.map((key) => kept.get(key) ?? null)
    },
    async set(key, value) {
      if (!this.isAway) kept.set(key, value)
      return !this.isAway
    },
  }
}
