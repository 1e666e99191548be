/** Knows whether any work is still being done. */
export interface Work {
  /** Counts a piece of work while it lasts. */
  readonly during: <T>(run: () => Promise<T>) => Promise<T>
  /** Resolves when all work is done that was begun. */
  readonly over: () => Promise<void>
}

/** Counts work, so that what it needs is not closed before it ends. */
export function createWork(): Work {
  let running = 0
  let onOver: (() => void) | undefined
  return {
    async during(run) {
      running += 1
      try {
        return await run()
      } finally {
        running -= 1
        if (running === 0) onOver?.()
      }
    },
    async over() {
      if (running === 0) return
      const { promise, resolve } = Promise.withResolvers<void>()
      onOver = resolve
      await promise
    },
  }
}
