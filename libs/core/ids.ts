import { getRandomValues } from 'node:crypto'
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
  return () => {
    const now = clock.now()
    if (now > last) {
      last = now
      counter = random(2) & 0x7ff
    } else if (++counter > 0xfff) {
      last += 1
      counter = 0
    }
    const time = last.toString(16).padStart(12, '0')
    const tail = (0x8000 | (random(2) & 0x3fff)).toString(16)
    const node = random(6).toString(16).padStart(12, '0')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail}-${node}`
  }
}

const POOL_SIZE = 4096
const pool = new Uint8Array(POOL_SIZE)
let used = POOL_SIZE

/** `bytes` random bytes (at most 6) as one integer, drawn from a pool because a call into the system per id is dear. */
function random(bytes: number): number {
  if (used + bytes > POOL_SIZE) {
    getRandomValues(pool)
    used = 0
  }
  let value = 0
  for (let end = used + bytes; used < end; used++) value = value * 256 + (pool[used] ?? 0)
  return value
}

/** A hidden version's first value: random, so that an ETag from before a delete and a re-create is stale. Below 2^48. */
export const firstVersion = (): number => random(6)
