import type { Selects } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import type { WorkTables } from '../items.ts'

/** Milliseconds until a pause is noticed, at most. */
const LOOKED_AT_EVERY = 1_000

/** Tells whether somebody has paused a listener, a moment ago at the latest. */
export function createPauseWatch({ database }: EventStore): (listener: string) => Promise<boolean> {
  let looked = Number.NEGATIVE_INFINITY
  let paused: Promise<ReadonlySet<string>> = Promise.resolve(new Set())
  return async (listener) => {
    const now = performance.now()
    if (now > looked + LOOKED_AT_EVERY) {
      looked = now
      paused = database.reader
        .query((query: Selects<WorkTables>) => query.selectFrom('mainspring_pauses').select('queue'))
        .then((rows) => new Set(rows.map(({ queue }) => queue)))
    }
    return (await paused).has(listener)
  }
}
