import type { Clock, Log } from '@mainspring/core'
import { keepingAskedAgain } from './asked-again.ts'
import { type Cache, createCache } from './cache.ts'
import { createMemoryStore } from './memory-store.ts'
import { openRedis, type Redis } from './redis.ts'
import { createRedisStore } from './redis-store.ts'
import type { Form } from './store.ts'

/** The caches of a process. */
export interface Caches {
  /** Creates the cache of a name; in Redis it is one for all who give it that name. */
  readonly create: <T>(name: string, form: Form<T>) => Cache<T>
  readonly close: () => void
}

/** Opens the caches of a process: in Redis if there is a URL, else each in this process. A Redis that is away fails nobody. */
export function openCaches(
  redis_url: string | null,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Caches {
  const redis: Redis | undefined = redis_url === null ? undefined : openRedis(redis_url, { clock, log })
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
