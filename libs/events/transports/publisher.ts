import type { LogEntry } from '../logs.ts'

/** Events of one subject, in order, that go into a broker's log together: all of them or none. */
export interface EventRecord {
  readonly subject: string
  readonly events: readonly LogEntry[]
}

/** What a broker takes at once. Bytes are those of envelopes; room for what goes around them is left to whoever states it. */
export interface PublishLimits {
  /** In one record; a single event always fits. */
  readonly events: number
  readonly record_bytes: number
  /** With one call of `publish`. */
  readonly records: number
  readonly bytes: number
}

/** The way of one service's events into a broker. */
export interface Publisher {
  /** By this name it is known among the readers of the outbox. */
  readonly name: string
  readonly limits: PublishLimits
  /**
   * Has the broker store records of different subjects, in any order. Resolves to what went wrong with each, undefined for one
   * that the broker has acknowledged. Of one that failed, or when it rejects, it is unknown whether it was stored.
   */
  readonly publish: (records: readonly EventRecord[]) => Promise<readonly unknown[]>
}

/** The bytes of an event as it is sent. */
export const sizeOf = ({ envelope }: LogEntry): number => Buffer.byteLength(envelope)
