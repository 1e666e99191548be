import type { Outbox } from './outbox.ts'

/** An event as a log keeps it. */
export interface LogEntry {
  /** Its place in that log: later ones have greater ones, of one subject in the order in which they were committed. */
  readonly position: number
  readonly type: string
  readonly subject: string
  /** The envelope, as text: whoever only hands it on need not understand it. */
  readonly envelope: string
}

/** A log of one service's events, however they come from there to here. */
export interface EventSource {
  /** Tells its places from those of other logs: it is another one when the same events come another way. */
  readonly name: string
  /** Whose events these are. */
  readonly service: string
  /** What is behind a place, in order, so many at most. */
  readonly read: (after: number, limit: number) => Promise<readonly LogEntry[]>
  /** The last place that was given. */
  readonly end: () => Promise<number>
  /** Tells the source that a reader has all up to a place and will not ask for it again. */
  readonly report: (reader: string, position: number) => Promise<void>
  /** Has `listener` called when there may be more to read, where that is known; returns what ends it. */
  readonly onNews?: (listener: () => void) => () => void
}

/**
 * The log of a service in the same process, read in its own database. The reader keeps its place in *its* database, with what
 * it read: there is nothing between the two that could be lost.
 */
export const memorySource = ({ service, read, end, report, onNews }: Outbox): EventSource => ({
  name: service,
  service,
  read,
  end,
  report,
  onNews,
})
