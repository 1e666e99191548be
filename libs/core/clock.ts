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
export function toTimestamp(milliseconds: number): string {
  if (milliseconds !== lastMoment) {
    lastText = new Date(milliseconds).toISOString()
    lastMoment = milliseconds
  }
  return lastText
}

// Under load many rows are written in one millisecond, and writing a date costs more than the rest of a row.
let lastMoment = Number.NaN
let lastText = ''

/**
 * The day that it is in a time zone (IANA): `2026-11-20`. Throws a RangeError for a zone that the platform does not know.
 *
 * @example
 * today(clock, 'Asia/Tokyo')
 */
export function today(clock: Clock, time_zone: string): string {
  if (time_zone === 'UTC') return toTimestamp(clock.now()).slice(0, 10)
  const parts = dayIn(time_zone).formatToParts(clock.now())
  const [year = '', month = '', day = ''] = ['year', 'month', 'day'].map(
    (wanted) => parts.find(({ type }) => type === wanted)?.value,
  )
  return `${year.padStart(4, '0')}-${month}-${day}`
}

let last: { readonly time_zone: string; readonly format: Intl.DateTimeFormat } | undefined

/** Making one takes 0.1 ms and 26 KiB, and a service has one zone: so the last one is kept. */
function dayIn(time_zone: string): Intl.DateTimeFormat {
  if (last?.time_zone !== time_zone) {
    const calendar = { calendar: 'iso8601', numberingSystem: 'latn' }
    const digits = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
    last = { time_zone, format: new Intl.DateTimeFormat('en', { ...calendar, ...digits, timeZone: time_zone }) }
  }
  return last.format
}
