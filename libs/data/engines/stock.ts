/** What a stock holds. */
export interface Stored {
  /** Whether it went bad while nobody used it. */
  readonly isLost: () => boolean
  readonly close: () => Promise<void>
}

/** Lines that are open, for the next who needs one. */
export interface Stock<L extends Stored> {
  /** The line that was used last, or a new one. */
  readonly take: () => Promise<L>
  readonly giveBack: (line: L, isBroken: boolean) => void
  /** Closes all lines; waits for those that are taken. */
  readonly close: () => Promise<void>
}

/** Creates a stock of lines, from which those that nobody needed for so many milliseconds are closed. How many are taken at once is not its business. */
export function createStock<L extends Stored>(open: () => Promise<L>, patience = 10_000): Stock<L> {
  const idle: L[] = []
  let taken = 0
  /** So many at the bottom of the pile were not touched since it was last looked through. */
  let untouched = 0
  let onEmpty: (() => void) | undefined
  const look = setInterval(() => {
    for (const line of idle.splice(0, untouched)) void line.close()
    untouched = idle.length
  }, patience).unref()

  function leave(): void {
    taken -= 1
    if (taken === 0) onEmpty?.()
  }

  return {
    async take() {
      if (onEmpty) throw new Error('The database is closed.')
      taken += 1
      try {
        for (let line = idle.pop(); line; line = idle.pop()) {
          untouched = Math.min(untouched, idle.length)
          if (!line.isLost()) return line
          void line.close()
        }
        return await open()
      } catch (error) {
        leave()
        throw error
      }
    },
    giveBack(line, isBroken) {
      if (isBroken || line.isLost() || onEmpty) void line.close()
      else idle.push(line)
      leave()
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      onEmpty = resolve
      clearInterval(look)
      for (const line of idle.splice(0)) void line.close()
      if (taken > 0) await promise
    },
  }
}
