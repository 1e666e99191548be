import type { CacheStore } from './store.ts'

/** Keys that are known to have been asked for, at most; of the younger half nobody is forgotten. */
const MOST_KEYS = 2_000

/** Characters of a key; what is asked for under a longer one is not kept. */
const LONGEST_KEY = 2_000

/**
 * Has a store keep only what is asked for again. What is asked for once, as a page behind the first is, would push out what
 * others want; and what is kept costs the collector of garbage, which has to carry it into the old generation.
 */
export function keepingAskedAgain<T>(store: CacheStore<T>, most = MOST_KEYS): CacheStore<T> {
  // Two that are only filled. One from which the oldest is taken each time keeps what left it alive until the next full collection.
  let young = new Set<string>()
  let old = new Set<string>()
  return {
    ...store,
    async find(key) {
      const found = await store.find(key)
      if (found?.value !== undefined || young.has(key) || old.has(key)) return found
      if (key.length > LONGEST_KEY) return undefined
      if (young.size >= most / 2) [young, old] = [new Set(), young]
      young.add(key)
      return undefined
    },
  }
}
