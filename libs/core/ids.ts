import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'

/** Makes ids for new resources; a test may make them predictable. */
export type IdSource = () => string

/** What an id may look like, chosen by a client or made here: lower case, 1 to 63 characters, safe in a path. */
export const ID_PATTERN = '^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$'

/**
 * Ids in order of creation: UUIDv7 (RFC 9562, section 6.2, method 1). Within one millisecond the 12 bits after the
 * version count up from a random start; when they overflow, or the clock steps back, the last time is carried on.
 */
export function createIds(clock: Clock): IdSource {
  let last = 0
  let counter = 0
  let head = ''
  const moveOn = (time: number) => {
    last = time
    const digits = time.toString(16).padStart(12, '0')
    head = `${digits.slice(0, 8)}-${digits.slice(8)}-7`
  }
  return () => {
    // Variant and random bits are where they are in a UUIDv4, of which the platform keeps a stock.
    const uuid = randomUUID()
    const now = clock.now()
    if (now > last) {
      moveOn(now)
      counter = Number.parseInt(uuid.slice(0, 3), 16) & 0x7ff
    } else if (++counter > 0xfff) {
      moveOn(last + 1)
      counter = 0
    }
    return `${head}${counter.toString(16).padStart(3, '0')}${uuid.slice(18)}`
  }
}

/** A hidden version's first value: drawn, so that an ETag from before a delete and a re-create is stale; no secret. Below 2^48. */
export const firstVersion = (): number => Math.floor(Math.random() * 2 ** 48)
