import type { CacheStore } from './store.ts'

/** What is kept until it is cleared. */
export interface Cache<T> {
  /** What is kept under a key, if that can be told at once; else ask for `cached`. */
  readonly recall: (key: string) => T | undefined
  /**
   * What is kept under a key; else what `fill` makes, which is then kept. Those who ask at once wait for one `fill`. What a
   * `fill` made that began before a clear is not kept, and nobody gets it who asked after that. What it throws is not kept.
   */
  readonly cached: (key: string, fill: () => Promise<T>) => Promise<T>
  /** Forgets everything: to be called once what was kept is no longer true. */
  readonly clear: () => void
}

/** What is being made, for those who ask for it meanwhile. */
interface Filling<T> {
  readonly key: string
  /** As many as there were when it began. */
  readonly clears: number
  readonly generation: string | undefined
  readonly value: Promise<T>
}

/** Keeps nothing. */
export const noCache = {
  recall: () => undefined,
  cached: <T>(_: string, fill: () => Promise<T>) => fill(),
  clear() {},
}

/** Creates a cache that keeps what it has in a store. */
export function createCache<T>(store: CacheStore<T>): Cache<T> {
  // No Map: one that is filled and emptied all the time keeps what was in it alive until the next full collection.
  const filling: Filling<T>[] = []
  let clears = 0

  async function fillOnce(key: string, generation: string | undefined, fill: () => Promise<T>): Promise<T> {
    const value = await fill()
    if (generation !== undefined) await store.keep(key, value, generation)
    return value
  }

  return {
    recall: store.recall,
    async cached(key, fill) {
      const found = await store.find(key)
      if (found?.value !== undefined) return found.value
      const generation = found?.generation
      const begun = filling.find((each) => each.key === key && each.clears === clears && each.generation === generation)
      if (begun) return begun.value
      const entry = { key, clears, generation, value: fillOnce(key, generation, fill) }
      filling.push(entry)
      return entry.value.finally(() => filling.splice(filling.indexOf(entry), 1))
    },
    clear() {
      clears += 1
      store.clear()
    },
  }
}
