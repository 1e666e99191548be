/**
 * Where a cache keeps what it has, in this process or for many. A generation begins when the store is cleared: what was filled
 * in one is not found in the next. A store fails nobody: one that cannot be asked has nothing.
 */
export interface CacheStore {
  /** What is kept under a key, and the generation in which it would be. Nothing if the store cannot be asked, or trusted, now. */
  readonly find: (key: string) => Promise<Found | undefined>
  /** Keeps a value, unless its generation is over. */
  readonly keep: (key: string, value: string, generation: string) => Promise<void>
  /** Begins a generation: from now on nothing is found here that was kept before. */
  readonly clear: () => void
}

/** What a store says of a key. */
export interface Found {
  readonly generation: string
  /** Undefined if nothing is kept. */
  readonly value: string | undefined
}

/** Milliseconds after which what is kept is made again, whatever happens: nobody tells a cache of what was written past the service. */
export const LONGEST_KEPT = 60_000
