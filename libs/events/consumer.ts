import type { Log } from '@mainspring/core'
import type { TransactionOptions } from '@mainspring/data'
import type { Writes } from './context.ts'
import type { Origin } from './envelope.ts'
import type { Handling } from './handling.ts'
import type { Work } from './queue.ts'
import type { RetryPolicy } from './retry.ts'

/** Who works on the items of one queue. */
export interface Consumer {
  readonly queue: string
  readonly retry: RetryPolicy
  /** Items in hand at once; it may change. */
  readonly concurrency: number
  /** Whether more are taken when they are quick, which is so unless it says no. */
  readonly takesAhead?: boolean
  /** How an item in hand is told. */
  readonly handlingOf: (work: Work<object>) => Handling
  /** Outside of a transaction; what it resolves to is given to `settle`. `logOf` makes the item's log. */
  readonly perform?: (work: Work<object>, logOf: () => Log) => Promise<unknown>
  /** In the transaction that takes the item out of the queue. `position` is the place of a listener's event in the inbox. */
  readonly settle: (needs: Writes, work: Work<object>, outcome: unknown, position: number | null) => Promise<void>
  /** Told when that is committed; must not throw. */
  readonly onSettled?: () => void
}

/** Why a unit of work is run. */
export interface Occasion {
  readonly handling: Handling
  /** What follows from the unit carries it. */
  readonly origin: Origin
}

/** Runs one unit of work with all that use cases may need, ports included. */
export type RunUnit = <T>(
  occasion: Occasion,
  job: (needs: Writes) => Promise<T>,
  options?: TransactionOptions,
) => Promise<T>
