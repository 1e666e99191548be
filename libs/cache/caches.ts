import type { Clock, Log } from '@mainspring/core'
import { keepingAskedAgain } from './asked-again.ts'
import { type Cache, createCache } from './cache.ts'
import { createMemoryStore } from './memory-store.ts'
import type { Redis } from './redis.ts'
import { createRedisStore } from './redis-store.ts'
import type { Form } from './store.ts'

/** The caches of a process. */
export interface Caches {
  /** Creates the cache of a name; in Redis it is one for all who give it that name. */
  readonly create: <T>(name: string, form: Form<T>) => Cache<T>
  readonly close: () => void
}

/** Opens the caches of a process: in Redis if there is a URL, else each in this process. A Redis that is away fails nobody. */
export async function openCaches(
  redis_url: string | null,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Caches> {
  const redis = redis_url === null ? undefined : await connectRedis(redis_url, { clock, log })
  return {
    create(name, form) {
      if (!redis) return createCache(keepingAskedAgain(createMemoryStore(clock, form)))
      const cache = createCache(createRedisStore(redis, `mainspring:${name}`, form))
      redis.onConnect(cache.clear)
      return cache
    },
    close: () => redis?.close(),
  }
}

/** What it takes, which is much, is read only if it is used. */
async function connectRedis(url: string, parts: { readonly clock: Clock; readonly log: Log }): Promise<Redis> {
  const { openRedis } = await import('./redis.ts')
  return openRedis(url, parts)
}
