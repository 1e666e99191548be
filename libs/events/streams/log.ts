import type { EventStore } from '../context.ts'
import type { Inbox } from '../inbox.ts'
import { beginningOf, endOf, type LogEntry, type LogName, type LogStretch, readLog } from '../logs.ts'
import type { Outbox } from '../outbox.ts'

/** One of a service's logs, to be followed. */
export interface FollowedLog {
  readonly name: LogName
  readonly read: (stretch: LogStretch, limit: number) => Promise<readonly LogEntry[]>
  /** The first place that is kept; the one behind the end if none is. */
  readonly beginning: () => Promise<number>
  /** The last place that was given. */
  readonly end: () => Promise<number>
  /** Has `listener` called when there is more, where this process knows; returns what ends it. */
  readonly onNews: (listener: () => void) => () => void
  /** The same when there will be more in a moment. */
  readonly onExpected?: (listener: () => void) => () => void
}

/** What a service has emitted, by the places in its outbox. */
export const emitted = (store: EventStore, { onNews, onCommit }: Pick<Outbox, 'onNews' | 'onCommit'>): FollowedLog => ({
  ...logOf(store, 'outbox'),
  onNews,
  // What is committed has no place yet; on SQLite it has, and is news at once.
  onExpected: onCommit,
})

/** What has arrived for its listeners, from all services that they hear, by the places in its inbox. */
export const received = (store: EventStore, { onNews }: Pick<Inbox, 'onNews'>): FollowedLog => ({
  ...logOf(store, 'inbox'),
  onNews,
})

const logOf = ({ database: { reader } }: EventStore, name: LogName): Omit<FollowedLog, 'onNews'> => ({
  name,
  read: (stretch, limit) => readLog(reader, name, stretch, limit),
  beginning: () => beginningOf(reader, name),
  end: () => endOf(reader, name),
})
