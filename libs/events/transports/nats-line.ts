import type { Log } from '@mainspring/core'
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'

/** The way to NATS. */
export interface Nats {
  readonly stream: string
  readonly log: Log
  /** Connects if that was not done yet; a connection that is lost comes back by itself. Throws while there is none. */
  readonly connect: () => Promise<Line>
}

/** A connection. */
export interface Line {
  readonly client: JetStreamClient
  readonly manager: JetStreamManager
}
