import { createHash, randomUUID } from 'node:crypto'
import { type CacheStore, type Form, LONGEST_KEPT } from './store.ts'

/** What the store needs of a Redis. Undefined, or false, is an answer of one that is away. */
export interface RedisCommands {
  readonly getMany: (keys: readonly string[]) => Promise<readonly (string | null)[] | undefined>
  /** Sets a key, for so many milliseconds if it says so; tells whether that was done. */
  readonly set: (key: string, value: string, milliseconds?: number) => Promise<boolean>
}

/**
 * Creates a store that all have in common who name the same keys. A generation is a number that nobody guesses: one that is
 * lost with the Redis that had it does not come again. While this process has a clear that Redis does not know of, it finds
 * nothing there; and it begins with one, for nobody knows what was missed before.
 */
export function createRedisStore<T>(
  redis: RedisCommands,
  prefix: string,
  form: Omit<Form<T>, 'sizeOf'>,
): CacheStore<T> {
  const generationKey = `${prefix}:generation`
  let wanted = 1
  let done = 0

  async function isCleared(): Promise<boolean> {
    if (done === wanted) return true
    const upTo = wanted
    if (await redis.set(generationKey, randomUUID())) done = Math.max(done, upTo)
    return done === wanted
  }

  return {
    recall: () => undefined,
    async find(key) {
      if (!(await isCleared())) return undefined
      const [generation, entry] = (await redis.getMany([generationKey, entryKey(prefix, key)])) ?? []
      if (done < wanted) return undefined
      if (generation === null) wanted += 1
      if (typeof generation !== 'string') return undefined
      const isCurrent = entry?.startsWith(generation) === true
      return { generation, value: isCurrent ? form.fromText(entry.slice(generation.length)) : undefined }
    },
    async keep(key, value, generation) {
      // Should the generation be over, this is never found, and goes by itself.
      await redis.set(entryKey(prefix, key), generation + form.toText(value), LONGEST_KEPT)
    },
    clear() {
      wanted += 1
      void isCleared()
    },
  }
}

/** Keys may be long, and are then compared often. */
const entryKey = (prefix: string, key: string): string =>
  `${prefix}:${createHash('sha256').update(key).digest('base64url')}`
