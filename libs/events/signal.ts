/** Tells whoever listens that something has happened. */
export interface Signal {
  readonly tell: () => void
  /** Has `listener` called from now on; returns what ends it. It must not throw. */
  readonly listen: (listener: () => void) => () => void
}

/** Makes one that nobody listens to yet. */
export function createSignal(): Signal {
  const listeners = new Set<() => void>()
  return {
    tell() {
      for (const listener of listeners) listener()
    },
    listen(listener) {
      const own = () => listener()
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}
