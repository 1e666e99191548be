import { unavailable } from '@mainspring/core'
import { isAway } from '../engine.ts'

/** Lets as many in as there are connections; the others wait in the order in which they came. */
export interface Gate {
  /**
   * Runs work when there is room for it. Throws `database_busy` to who has waited too long. When two in a row find the
   * database away, all who wait are told so at once, instead of finding out one after the other; one alone has lost its line.
   */
  readonly pass: <T>(work: () => Promise<T>) => Promise<T>
}

interface Waiter {
  readonly enter: () => void
  readonly refuse: (error: unknown) => void
}

/** Creates a gate; `patience` is in milliseconds. Drivers' pools have no such line, or one that a silent server holds up. */
export function createGate(room: number, patience = 10_000): Gate {
  const waiting = new Set<Waiter>()
  let free = room
  let wasAway = false

  function turn(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => waiter.refuse(unavailable('database_busy')), patience)
      const leaveLine = () => {
        clearTimeout(timer)
        waiting.delete(waiter)
      }
      const waiter: Waiter = {
        enter() {
          leaveLine()
          resolve()
        },
        refuse(error) {
          leaveLine()
          reject(error)
        },
      }
      waiting.add(waiter)
    })
  }

  return {
    async pass(work) {
      if (free > 0) free -= 1
      else await turn()
      try {
        const value = await work()
        wasAway = false
        return value
      } catch (error) {
        if (wasAway && isAway(error)) for (const waiter of waiting) waiter.refuse(error)
        wasAway = isAway(error)
        throw error
      } finally {
        const [next] = waiting
        if (next) next.enter()
        else free += 1
      }
    },
  }
}
