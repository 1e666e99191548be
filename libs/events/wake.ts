/** Wakes a loop that waits: what happened in between is not missed. */
export interface Wake {
  readonly wake: () => void
  /** Resolves when somebody woke it since the last time, after so many milliseconds, or when `signal` aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

/** Makes one for one loop. */
export function createWake(): Wake {
  let isAwake = false
  let resume: (() => void) | undefined
  const wake = () => {
    isAwake = true
    resume?.()
  }
  return {
    wake,
    async wait(milliseconds, signal) {
      if (!isAwake && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds)
          resume = () => {
            clearTimeout(timer)
            resolve()
          }
          signal.addEventListener('abort', resume, { once: true })
        })
        if (resume) signal.removeEventListener('abort', resume)
        resume = undefined
      }
      isAwake = false
    },
  }
}
