import type { LogEntry } from '../logs.ts'
import { type EventRecord, type PublishLimits, sizeOf } from './publisher.ts'

/** Events that are to be published, those of each subject behind each other. */
export interface SubjectQueue {
  readonly isEmpty: boolean
  /** The last place up to which everything is published, if something was. */
  readonly position: number | undefined
  /** What may be under way at the same time: for each subject at most one record, of the first events that it has. */
  readonly next: (limits: PublishLimits) => readonly EventRecord[]
  /** Takes out the events of a record that `next` gave and that is stored. */
  readonly remove: (record: EventRecord) => void
}

/** Queues events in the order of their log. */
export function queueSubjects(entries: readonly LogEntry[]): SubjectQueue {
  const waiting = Map.groupBy(entries, ({ subject }) => subject)
  const published = new Set<number>()
  let done = 0

  return {
    get isEmpty() {
      return waiting.size === 0
    },
    get position() {
      while (published.delete(entries[done]?.position ?? Number.NaN)) done += 1
      return entries[done - 1]?.position
    },
    next(limits) {
      const records: EventRecord[] = []
      let room = limits.bytes
      for (const [subject, events] of waiting) {
        if (records.length === limits.records) break
        const { taken, bytes } = takeFirst(events, limits)
        if (records.length > 0 && bytes > room) break
        room -= bytes
        records.push({ subject, events: taken })
      }
      return records
    },
    remove({ subject, events }) {
      for (const { position } of events) published.add(position)
      const rest = waiting.get(subject)?.slice(events.length) ?? []
      if (rest.length === 0) waiting.delete(subject)
      else waiting.set(subject, rest)
    },
  }
}

/** At least one, then as many more as fit into a record. */
function takeFirst(events: readonly LogEntry[], limits: PublishLimits) {
  const taken: LogEntry[] = []
  let bytes = 0
  for (const event of events) {
    const size = sizeOf(event)
    if (taken.length === limits.events || (taken.length > 0 && bytes + size > limits.record_bytes)) break
    bytes += size
    taken.push(event)
  }
  return { taken, bytes }
}
