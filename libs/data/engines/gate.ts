import { unavailable } from '@mainspring/core'
import { isAway } from '../engine.ts'

/** Lets as many in as there are connections; the others wait in the order in which they came, those in a hurry before the rest. */
export interface Gate {
  /**
   * Runs work when there is room for it. Throws `database_busy` to who has waited too long. When two in a row find the
   * database away, all who wait are told so at once, instead of finding out one after the other; one alone has lost its line,
   * and so have several with the same error.
   */
  readonly pass: <T>(work: () => Promise<T>, isUrgent?: boolean) => Promise<T>
}

interface Waiter {
  readonly until: number
  readonly enter: () => void
  readonly refuse: (error: unknown) => void
}

/** Creates a gate; `patience` is in milliseconds. Drivers' pools have no such line, or one that a silent server holds up. */
export function createGate(room: number, patience = 10_000): Gate {
  // No Set: one that is filled and emptied all the time keeps what left it alive until the next full collection.
  const waiting: Waiter[] = []
  const urgent: Waiter[] = []
  const queues = [urgent, waiting]
  /** Of who waits longest: a timer for each would cost as much as a query. */
  let watch: NodeJS.Timeout | undefined
  let free = room
  /** What said last that the database is away, if nobody was there since. */
  let away: unknown

  function turn(queue: Waiter[]): Promise<void> {
    return new Promise<void>((enter, refuse) => {
      queue.push({ until: performance.now() + patience, enter, refuse })
      if (!watch) watch = watchFirst()
    })
  }

  function watchFirst(): NodeJS.Timeout | undefined {
    const first = Math.min(...queues.flatMap(([waiter]) => waiter?.until ?? []))
    return Number.isFinite(first) ? setTimeout(refuseLate, first - performance.now()).unref() : undefined
  }

  function refuseLate(): void {
    const now = performance.now()
    for (const queue of queues)
      while (queue[0] && queue[0].until <= now) queue.shift()?.refuse(unavailable('database_busy'))
    watch = watchFirst()
  }

  return {
    async pass(work, isUrgent = false) {
      if (free > 0) free -= 1
      else await turn(isUrgent ? urgent : waiting)
      try {
        const value = await work()
        away = undefined
        return value
      } catch (error) {
        const wasAway = away !== undefined && away !== error
        away = isAway(error) ? error : undefined
        if (wasAway && away) for (const queue of queues) for (const waiter of queue.splice(0)) waiter.refuse(error)
        throw error
      } finally {
        const next = urgent.shift() ?? waiting.shift()
        if (next) next.enter()
        else free += 1
      }
    },
  }
}
