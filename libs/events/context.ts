import type { Clock, Fields, Log, ObjectOf, Tracer } from '@mainspring/core'
import type { Database, Writes as DataWrites, Writer } from '@mainspring/data'
import type { Origin } from './envelope.ts'
import type { EventType, Said } from './event.ts'
import type { EnqueueOptions, Queue } from './queue.ts'

/**
 * Publishes an event if and only if the unit of work commits. The unit has written the subject's own row, or locked it:
 * that row orders the events of one subject, so for another one it throws. Also throws for an event that the service does
 * not declare, `invalid_request` naming what is wrong in the data, and `event_too_large`.
 */
export type Emit = <F extends Fields>(event: EventType<F>, said: Said<F>) => Promise<void>

/**
 * Puts work into a queue if and only if the unit of work commits. Throws `invalid_request` naming what is wrong in the
 * payload, and for a queue that the service does not declare.
 */
export type Enqueue = <F extends Fields>(
  queue: Queue<F>,
  payload: ObjectOf<F>,
  options?: EnqueueOptions,
) => Promise<void>

/** What a use case that writes may touch, within the caller's unit of work. */
export interface Writes extends DataWrites {
  readonly emit: Emit
  readonly enqueue: Enqueue
}

/** Gives a unit of work its ways to publish; what follows from it carries the `origin`. */
export type Publishing = (db: Writer, origin: Origin) => Pick<Writes, 'emit' | 'enqueue'>

/** What all parts of a service's events share while it runs. */
export interface EventStore {
  /** The service's name. */
  readonly service: string
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** This process, among all that share the database. */
  readonly instance: string
  readonly tracer?: Tracer | undefined
}
