import type { RunUnit } from '../consumer.ts'
import type { EventStore } from '../context.ts'
import { LeaseLost } from '../lease.ts'
import { inOrder, type Listener } from '../listener.ts'
import { createWake, type Wake } from '../wake.ts'
import { createPauseWatch } from './paused.ts'
import { createRunner, type Runner } from './runner.ts'

/** All listeners of a service at work, as long as this process conducts. */
export interface Listening {
  /** The inbox now ends there. */
  readonly advance: (end: number) => void
  /** Finishes what is being handled, begins nothing more, and writes all places down. */
  readonly stop: () => Promise<void>
}

/** What they are started with. */
export interface ListeningOptions {
  readonly store: EventStore
  readonly listeners: readonly Listener[]
  readonly runUnit: RunUnit
  readonly epoch: number
  readonly onItems: () => void
  /** Told when another process conducts: all have stopped by then. */
  readonly onLost: () => void
}

/** Milliseconds until a listener that waits looks again: while something is left to do, and while nothing is. */
const LOOKS = { soon: 1_000, late: 60_000 }

/** Starts listeners that are registered, each in a loop of its own: none waits for another but for those that it comes after. */
export async function startListening({ listeners, onLost, ...rest }: ListeningOptions): Promise<Listening> {
  const { log } = rest.store
  const stopping = new AbortController()
  const isPaused = createPauseWatch(rest.store)
  const wakes = new Map<Listener, Wake>()
  const runners: Runner[] = []
  let end = 0

  for (const listener of inOrder(listeners)) {
    const before = runners.filter((runner) => listener.after.includes(runner.listener))
    runners.push(await createRunner({ ...rest, listener, before }))
    wakes.set(listener, createWake())
  }
  const loops = runners.map(loop)

  async function loop(runner: Runner): Promise<void> {
    const { listener } = runner
    const pause = (milliseconds: number) => wakes.get(listener)?.wait(milliseconds, stopping.signal)
    while (!stopping.signal.aborted) {
      try {
        if (await step(runner)) continue
        await pause(runner.isAtRest && runner.seen >= end ? LOOKS.late : LOOKS.soon)
      } catch (error) {
        if (error instanceof LeaseLost) {
          stopping.abort()
          return onLost()
        }
        log.warn({ listener: listener.name, err: error }, 'a listener cannot go on for now')
        await pause(LOOKS.soon)
      }
    }
  }

  async function step(runner: Runner): Promise<boolean> {
    if (runner.seen >= end || (await isPaused(runner.listener.name))) {
      await runner.rest()
      return false
    }
    const { seen } = runner
    const isMore = await runner.run(end, stopping.signal)
    const next = runner.seen > seen ? listeners.filter(({ after }) => after.includes(runner.listener)) : []
    for (const each of next) wakes.get(each)?.wake()
    return isMore
  }

  return {
    advance(to) {
      end = Math.max(end, to)
      for (const each of wakes.values()) each.wake()
    },
    async stop() {
      stopping.abort()
      await Promise.all(loops)
      await Promise.all(runners.map((runner) => runner.save()))
    },
  }
}
