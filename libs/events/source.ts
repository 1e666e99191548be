import type { LogEntry } from './logs.ts'
import type { Outbox } from './outbox.ts'

/**
 * A place in a lane, whatever its log counts by: places that come later are greater, compared as text. Before all is
 * `BEGINNING`.
 */
export type Place = string

/** Before all events of a lane. */
export const BEGINNING: Place = ''

/** Behind all events of a lane that will get no more. */
export const CLOSED: Place = '~'

/** An event as it comes from a source. */
export interface Arrival extends Omit<LogEntry, 'position'> {
  readonly place: Place
}

/** Some events of a lane, and the place behind them from which to go on: it may have moved though there are none. */
export interface Page {
  readonly entries: readonly Arrival[]
  readonly place: Place
}

/** What of a lane is still to be read, as far as its log tells. */
export interface Lag {
  readonly events?: number
  /** Since when the oldest has been there. */
  readonly milliseconds?: number
}

/** A part of a source that is in order: all events of a subject are in one lane, and go on in one that comes after it. */
export interface Lane {
  /** Tells its places from those of the source's other lanes. */
  readonly name: string
  /** Lanes that are to be read until they are closed before this one is begun. */
  readonly after?: readonly string[]
  /** What is behind a place, in order, so many at most or few more; nothing if nothing has come yet. */
  readonly read: (after: Place, limit: number) => Promise<Page>
  /** A place behind all that was published before; asked for rarely. */
  readonly end: () => Promise<Place>
  /** What is behind a place; asked for by people, not for each event. */
  readonly lag?: (after: Place) => Promise<Lag>
  /** It may be restored from a backup, and then ends before what was read of it; `end` costs little. */
  readonly mayGoBack?: true
  /** Tells the source that a reader has all up to a place and will not ask for it again. */
  readonly report?: (reader: string, place: Place) => Promise<void>
}

/** A log of events, however they come from there to here. */
export interface EventSource {
  /** Tells its lanes from those of other logs: it is another one when the same events come another way. */
  readonly name: string
  /** Whose events these are. */
  readonly services: readonly string[]
  /** The parts that it has now. One that appears later is read from its beginning. */
  readonly lanes: () => Promise<readonly Lane[]>
  /** Has `listener` called when there may be more to read, where that is known; returns what ends it. */
  readonly onNews?: (listener: () => void) => () => void
}

/** The only lane of a log that is read in the database of the service that emits. */
export const OUTBOX_LANE = 'outbox'

/**
 * The log of a service in the same process, read in its own database. The reader keeps its place in *its* database, with what
 * it read: there is nothing between the two that could be lost.
 */
export function memorySource({ service, read, end, report, onNews }: Outbox): EventSource {
  const lane: Lane = {
    name: OUTBOX_LANE,
    async read(after, limit) {
      const entries = (await read(Number(after), limit)).map(({ position, ...rest }) => ({
        ...rest,
        place: placeOf(position),
      }))
      return { entries, place: entries.at(-1)?.place ?? after }
    },
    end: async () => placeOf(await end()),
    lag: async (after) => ({ events: Math.max(0, (await end()) - Number(after)) }),
    mayGoBack: true,
    report: (reader, place) => report(reader, Number(place)),
  }
  return { name: service, services: [service], lanes: async () => [lane], onNews }
}

/** A place in a log that counts from 1; `Number` gives the number back, 0 for the beginning. */
export const placeOf = (position: number): Place => (position === 0 ? BEGINNING : String(position).padStart(16, '0'))
