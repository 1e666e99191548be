import type { Clock } from '@mainspring/core'
import { type CacheStore, LONGEST_KEPT } from './store.ts'

/** Characters that are kept at most, keys and values together. */
const MOST_CHARACTERS = 8 * 1024 * 1024

/** Creates a store in this process. When it is full, what was longest not asked for goes. */
export function createMemoryStore(clock: Clock, most = MOST_CHARACTERS): CacheStore {
  let generation = 0
  let characters = 0
  // In the order in which they were last asked for.
  const entries = new Map<string, Entry>()

  function drop(key: string): void {
    const entry = entries.get(key)
    if (!entry) return
    entries.delete(key)
    characters -= key.length + entry.value.length
  }

  function add(key: string, entry: Entry): void {
    entries.set(key, entry)
    characters += key.length + entry.value.length
  }

  return {
    async find(key) {
      const entry = entries.get(key)
      if (entry) drop(key)
      if (!entry || clock.now() >= entry.end) return { generation: String(generation), value: undefined }
      add(key, entry)
      return { generation: String(generation), value: entry.value }
    },
    async keep(key, value, of) {
      if (of !== String(generation)) return
      drop(key)
      add(key, { value, end: clock.now() + LONGEST_KEPT })
      for (const oldest of entries.keys()) {
        if (characters <= most) return
        drop(oldest)
      }
    },
    clear() {
      generation += 1
      characters = 0
      entries.clear()
    },
  }
}

interface Entry {
  readonly value: string
  /** When it is to be made again. */
  readonly end: number
}
