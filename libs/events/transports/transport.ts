import type { EventSource } from '../source.ts'
import type { Publisher } from './publisher.ts'

/** A broker that carries events from service to service. It owns its connections. */
export interface Transport {
  readonly name: string
  /** The way of a service's own events into the broker. */
  readonly publisher: (service: string) => Publisher
  /** The logs in which the events of these services come from there, for one reader. */
  readonly sources: (services: readonly string[]) => readonly EventSource[]
  /** Ends all that is under way and disconnects. Publishers and sources fail from then on. */
  readonly close: () => Promise<void>
}
