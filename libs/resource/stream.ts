import type { Fields, ObjectOf } from '@mainspring/core'
import type { EventOf, EventType, FollowOptions } from '@mainspring/events'

/** Options of a stream. */
export interface StreamOptions<E extends EventType, Q extends Fields, K> {
  readonly summary?: string
  readonly description?: string
  /** Tells of all resources (`/v1/orders:stream`), not of one. */
  readonly collection?: K
  /** Which of the events, by query parameters. */
  readonly query?: Q
  readonly matches?: (event: EventOf<E>, query: ObjectOf<Q>) => boolean
  /** Where they are followed: among what this service emits, or among what its listeners hear from all services. */
  readonly log?: FollowOptions<E>['log']
  /** The scope it needs, if not the service's read scope. */
  readonly scope?: string
}

/** A method that tells events as they happen, declared with `stream`. */
export interface StreamMethod {
  readonly kind: 'stream'
  readonly events: readonly EventType[]
  readonly options: Omit<StreamOptions<EventType, Fields, boolean>, 'matches'> & {
    readonly matches?: (event: never, query: never) => boolean
  }
}

/**
 * A custom method that tells events by server-sent events, first what is kept, then what comes: `GET /v1/orders:stream`, or
 * `GET /v1/orders/{order_id}:stream` those whose subject is that order.
 *
 *     custom: { stream: stream([OrderPlaced, OrderCooked], { collection: true }) }
 */
export const stream = <
  const E extends EventType,
  const Q extends Fields = Record<never, never>,
  const K extends boolean = false,
>(
  events: readonly E[],
  options: StreamOptions<E, Q, K> = {},
): StreamMethod => ({ kind: 'stream', events, options })
