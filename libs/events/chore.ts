import type { Log } from '@mainspring/core'

/** Something that is done beside all else, one time after the other. */
export interface Chore {
  /** Begins with it, unless it is being done already, or was not long ago. */
  readonly begin: () => void
  /** Resolves when it is not being done. */
  readonly ended: () => Promise<void>
}

/** Makes a chore that is done every so many milliseconds at most. What it throws is said in the log, with `complaint`. */
export function createChore(log: Log, work: () => Promise<unknown>, complaint: string, every = 0): Chore {
  let running: Promise<void> | undefined
  let next = Number.NEGATIVE_INFINITY
  return {
    begin() {
      if (running || performance.now() < next) return
      next = performance.now() + every
      running = work()
        .then(
          () => undefined,
          (error: unknown) => log.warn({ err: error }, complaint),
        )
        .finally(() => {
          running = undefined
        })
    },
    ended: async () => running,
  }
}
