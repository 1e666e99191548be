/** A value that is asked for often and changes rarely. */
export interface Cached<T> {
  /** The last one that is known, which is renewed behind the caller's back; waits only while there is none. */
  readonly get: () => Promise<T>
  /** Has it renewed before it is given again, if that is possible. */
  readonly expire: () => void
}

/** Milliseconds in which a failure is not tried again. */
const PAUSE = 1_000

/** Keeps what `fetch` resolves to for so many milliseconds; after a failure what was known before, if something was. */
export function createCached<T>(fetch: () => Promise<T>, duration: number): Cached<T> {
  let known: { readonly value: T } | undefined
  let failed: { readonly error: unknown } | undefined
  let renewTime = 0
  let running: Promise<void> | undefined

  async function renew(): Promise<void> {
    try {
      known = { value: await fetch() }
      failed = undefined
      renewTime = performance.now() + duration
    } catch (error) {
      failed = { error }
      renewTime = performance.now() + PAUSE
    } finally {
      running = undefined
    }
  }

  return {
    async get() {
      if (performance.now() >= renewTime) running ??= renew()
      if (!known) await running
      if (known) return known.value
      throw failed?.error
    },
    expire() {
      renewTime = 0
    },
  }
}
