import type { Hints } from '@mainspring/data'
import type { EventStore } from './context.ts'
import { createSignal, type Signal } from './signal.ts'

/**
 * What the processes that share a service's database tell each other, so that nobody waits for the next look. Looks are what all
 * rests on: a hint may come late, or never, and on an engine that has none nobody is told; see docs/decisions/0046.
 */
export interface Hinting {
  /** A signal between processes: who tells does not hear himself. */
  readonly signal: (name: string) => Signal
  /** From now on others are told, and heard. */
  readonly start: () => void
  readonly stop: () => void
}

/** Creates it; nobody is told or heard before `start`. */
export function createHinting({ database }: Pick<EventStore, 'database'>): Hinting {
  const heard = new Map<string, Signal>()
  const { openHints } = database.engine
  let hints: Hints | undefined
  return {
    signal(name) {
      const signal = createSignal()
      heard.set(name, signal)
      return { tell: () => hints?.give(name), listen: signal.listen }
    },
    start() {
      hints = openHints?.((name) => heard.get(name)?.tell())
    },
    stop: () => hints?.close(),
  }
}
