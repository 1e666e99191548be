/**
 * Where a cache keeps what it has, in this process or for many. A generation begins when the store is cleared: what was filled
 * in one is not found in the next. A store fails nobody: one that cannot be asked has nothing.
 */
export interface CacheStore<T> {
  /** What is kept under a key, if that can be told at once. */
  readonly recall: (key: string) => T | undefined
  /**
   * What is kept under a key, and the generation in which it would be. Nothing if nothing would be kept now, as when the store
   * cannot be asked, or trusted.
   */
  readonly find: (key: string) => Promise<Found<T> | undefined>
  /** Keeps a value, unless its generation is over. */
  readonly keep: (key: string, value: T, generation: string) => Promise<void>
  /** Begins a generation: from now on nothing is found here that was kept before. */
  readonly clear: () => void
}

/** What a store says of a key. */
export interface Found<T> {
  readonly generation: string
  /** Undefined if nothing is kept. */
  readonly value: T | undefined
}

/** The form of what is kept: a value stays as it is within the process, and is text elsewhere. */
export interface Form<T> {
  /** Bytes that a value takes in this process, or nearly. */
  readonly sizeOf: (value: T) => number
  readonly toText: (value: T) => string
  readonly fromText: (text: string) => T
}

/** The form of texts. */
export const textForm: Form<string> = {
  sizeOf: (text) => text.length,
  toText: (text) => text,
  fromText: (text) => text,
}

/**
 * Milliseconds after which what is kept is made again, whatever happens: nobody tells a cache of what was written past the
 * service.
 */
export const LONGEST_KEPT = 60_000
