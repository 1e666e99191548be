/** Tells the time; a test sets its own. Everything that compares or stores "now" asks this, never `Date.now()`. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() }

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves on by this many milliseconds. */
  readonly advance: (milliseconds: number) => void
}

/** A clock for tests that starts at `start` (RFC 3339). */
export function createManualClock(start: string): ManualClock {
  let now = Date.parse(start)
  return {
    now: () => now,
    advance(milliseconds) {
      now += milliseconds
    },
  }
}

/** A moment as it is stored and sent: RFC 3339, UTC, milliseconds. */
export const toTimestamp = (milliseconds: number): string => new Date(milliseconds).toISOString()
