import { setTimeout as sleep } from 'node:timers/promises'
import type { EventStore } from '../context.ts'
import { CLOSED, type EventSource, type Lag } from '../source.ts'
import { findPlaces, type LanePlaces, placesIn } from '../subscriptions.ts'

/** How far a service is behind with what it hears. */
export interface SourceLag {
  /** A service of the same process, or what of a broker is read. */
  readonly source: string
  /** Events that it has not got; null where that cannot be known, or not now. */
  readonly lag: number | null
  /** How long the oldest of them has been there; null likewise. */
  readonly lag_seconds: number | null
}

/** Milliseconds that a broker has to answer: who looks waits for it. */
const PATIENCE = 1_000

/** How far a service is behind with its sources. One that does not answer has nulls. */
export async function listSourceLags(
  { database }: EventStore,
  sources: readonly EventSource[],
): Promise<readonly SourceLag[]> {
  return Promise.all(
    sources.map(async (source): Promise<SourceLag> => {
      const places = await findPlaces(database.reader, source)
      const silence = sleep(PATIENCE, [], { ref: false })
      const lags = await Promise.race([measure(source, places), silence]).catch((): readonly Lag[] => [])
      const events = lags.flatMap((lag) => lag.events ?? [])
      const times = lags.flatMap((lag) => lag.milliseconds ?? [])
      return {
        source: source.name,
        lag: events.length > 0 ? events.reduce((sum, each) => sum + each, 0) : null,
        lag_seconds: times.length > 0 ? Math.max(...times) / 1_000 : null,
      }
    }),
  )
}

/** What of each lane is still to be read; it is read from the first place that it has for any type. */
async function measure(source: EventSource, places: LanePlaces): Promise<readonly Lag[]> {
  const lags = (await source.lanes()).map((lane) => {
    const [after] = [...placesIn(places, lane).values()].toSorted()
    return after === undefined || after === CLOSED ? undefined : lane.lag?.(after)
  })
  return (await Promise.all(lags)).filter((lag) => lag !== undefined)
}
