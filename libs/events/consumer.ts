import type { Log } from '@mainspring/core'
import type { TransactionOptions } from '@mainspring/data'
import type { Writes } from './context.ts'
import type { Origin } from './envelope.ts'
import type { Work } from './queue.ts'
import type { RetryPolicy } from './retry.ts'

/** Who works on the items of one queue. */
export interface Consumer {
  readonly queue: string
  readonly retry: RetryPolicy
  readonly concurrency: number
  /** Outside of a transaction; what it resolves to is given to `settle`. */
  readonly perform?: (work: Work<object>, log: Log) => Promise<unknown>
  /** In the transaction that takes the item out of the queue. `position` is the place of a listener's event in the inbox. */
  readonly settle: (needs: Writes, work: Work<object>, outcome: unknown, position: number | null) => Promise<void>
  /** Told when that is committed; must not throw. */
  readonly onSettled?: () => void
}

/** Runs one unit of work with all that use cases may need, ports included; what follows from it carries `origin`. */
export type RunUnit = <T>(
  origin: Origin,
  job: (needs: Writes) => Promise<T>,
  options?: TransactionOptions,
) => Promise<T>
