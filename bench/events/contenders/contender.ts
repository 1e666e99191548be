/** Who makes a piece of each item that is brought. */
export interface Contender {
  /** Brings so many items; it may begin with them at once. */
  readonly bring: (count: number) => Promise<void>
  /** Resolves when all that was brought is done and committed. */
  readonly finish: () => Promise<void>
}

/** Opens one on an empty database, with so many lanes and as many connections. */
export type OpenContender = (url: string, lanes: number) => Promise<Contender>

/** Counts what is done. */
export interface Tally {
  readonly count: () => void
  /** Resolves when so many are done since the beginning. */
  readonly reach: (goal: number) => Promise<void>
}

export function createTally(): Tally {
  let done = 0
  let goal = Number.POSITIVE_INFINITY
  let resolve = () => {}
  return {
    count() {
      done += 1
      if (done >= goal) resolve()
    },
    reach(to) {
      goal = to
      return new Promise((reached) => {
        resolve = reached
        if (done >= goal) reached()
      })
    },
  }
}
