import type { Clock } from '@mainspring/core'
import { type CacheStore, type Form, LONGEST_KEPT } from './store.ts'

/** Bytes that are kept at most, keys and values together. */
const MOST_BYTES = 8 * 1024 * 1024

/** Creates a store in this process. When it is full, what was longest not asked for goes. */
export function createMemoryStore<T>(
  clock: Clock,
  { sizeOf }: Pick<Form<T>, 'sizeOf'>,
  most = MOST_BYTES,
): CacheStore<T> {
  let generation = 0
  let bytes = 0
  // In the order in which they were last asked for.
  const entries = new Map<string, Entry<T>>()

  function recall(key: string): T | undefined {
    const entry = entries.get(key)
    if (!entry) return undefined
    if (clock.now() >= entry.end) {
      drop(key, entry)
      return undefined
    }
    entries.delete(key)
    entries.set(key, entry)
    return entry.value
  }

  function drop(key: string, { size }: Entry<T>): void {
    entries.delete(key)
    bytes -= size
  }

  return {
    recall,
    find: async (key) => ({ generation: String(generation), value: recall(key) }),
    async keep(key, value, of) {
      if (of !== String(generation)) return
      const known = entries.get(key)
      if (known) drop(key, known)
      const size = key.length + sizeOf(value)
      entries.set(key, { value, size, end: clock.now() + LONGEST_KEPT })
      bytes += size
      for (const [oldest, entry] of entries) {
        if (bytes <= most) return
        drop(oldest, entry)
      }
    },
    clear() {
      generation += 1
      bytes = 0
      entries.clear()
    },
  }
}

interface Entry<T> {
  readonly value: T
  readonly size: number
  /** When it is to be made again. */
  readonly end: number
}
