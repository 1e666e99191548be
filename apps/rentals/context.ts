import type { Writes } from '@mainspring/events'

/** What a rental is subject to, in milliseconds. */
export interface Terms {
  /** How long a container may be kept, unless its rental says otherwise. */
  readonly period: number
  /** A scan of the same user and container so soon before or after one that settled a rental settles none. */
  readonly rescan: number
  /** How long a rental may be overdue before it is flagged. */
  readonly grace: number
}

/** What a use case that writes may touch. */
export type RentalWrites = Writes & { readonly terms: Terms }
