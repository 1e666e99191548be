import type { CacheStore } from './store.ts'

/** Keys that are known to have been asked for. */
const MOST_KEYS = 1_000

/** Characters of a key; what is asked for under a longer one is not kept. */
const LONGEST_KEY = 2_000

/**
 * Has a store keep only what is asked for again. What is asked for once, as a page behind the first is, would push out what
 * others want; and what is kept costs the collector of garbage, which has to carry it into the old generation.
 */
export function keepingAskedAgain<T>(store: CacheStore<T>, most = MOST_KEYS): CacheStore<T> {
  const asked = new Set<string>()
  return {
    ...store,
    async find(key) {
      const found = await store.find(key)
      if (found?.value !== undefined || asked.has(key)) return found
      if (key.length > LONGEST_KEY) return undefined
      asked.add(key)
      const [oldest] = asked
      if (asked.size > most && oldest !== undefined) asked.delete(oldest)
      return undefined
    },
  }
}
