const DAY = /^(?!0000)\d{4}-\d\d-\d\d$/
const MOMENT = /^(\d{4}-\d\d-\d\d)t([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(z|[+-]\d\d:\d\d)$/i
const FIRST = Date.parse('0001-01-01T00:00:00Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** A moment that `isMoment`, in UTC with milliseconds: what is finer is cut off, as databases with milliseconds would not agree on rounding. */
export const canonicalMoment = (text: string): string => new Date(text).toISOString()

/** Whether a text is a day of the calendar, `2026-11-20`, in the years 1 to 9999. */
export function isDay(text: string): boolean {
  if (!DAY.test(text)) return false
  const time = Date.parse(text)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/**
 * Whether a text is a moment as RFC 3339 writes it, in the years 1 to 9999 of UTC. A leap second is none: neither Node
 * nor a database can hold it.
 */
export function isMoment(text: string): boolean {
  if (!MOMENT.test(text) || !isDay(text.slice(0, 10))) return false
  const time = Date.parse(text)
  return time >= FIRST && time <= LAST
}
