/** Tells whoever listens that something has happened. */
export interface Signal {
  readonly tell: () => void
  /** Has `listener` called from now on; returns what ends it. It must not throw. */
  readonly listen: (listener: () => void) => () => void
}

/** Makes one that nobody listens to yet; what is told on it is told `elsewhere` as well, and the other way round. */
export function createSignal(elsewhere?: Signal): Signal {
  const listeners = new Set<() => void>()
  const hear = () => {
    for (const listener of listeners) listener()
  }
  elsewhere?.listen(hear)
  return {
    tell() {
      hear()
      elsewhere?.tell()
    },
    listen(listener) {
      const own = () => listener()
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}
