import type { Fields, Validator } from '@mainspring/core'
import type { RetryPolicy } from './retry.ts'

/** Work that is done later, by one worker at a time, until it is done or a dead letter. */
export interface Queue<F extends Fields = Fields, Needs = never> {
  /** The service and the work: `notices.deliver`. What waits is found by it, so another name is another queue. */
  readonly name: string
  readonly payload: F
  readonly retry: RetryPolicy
  /** Items that one process has in hand at once: readers, if it says `take`. */
  readonly concurrency: number
  readonly validate: Validator
  readonly perform: ((needs: never, work: never) => Promise<unknown>) | undefined
  readonly settle: ((needs: never, work: never, outcome: never) => Promise<void>) | undefined
  /** Without it and without `settle` nobody works on its items but who calls `take` of a service's events. */
  readonly take: ((needs: never, items: never) => Promise<void>) | undefined
  /** Never there: carries the type of what its functions need. */
  readonly needs?: (needs: Needs) => void
}

/** An item in the hands of a worker. */
export interface Work<P> {
  readonly payload: P
  /** The same at each attempt: what the outside is told, so that it can know a repeat. */
  readonly id: string
  /** 1 at first. */
  readonly attempt: number
  /** Aborts when the lease is lost or the process ends: what goes on then is for nothing. */
  readonly signal: AbortSignal
}

/** What an item may say besides its payload. */
export interface EnqueueOptions {
  /** Items of one key are done one after the other, in the order in which they were committed. */
  readonly key?: string
  /** Milliseconds before it is due. */
  readonly delay?: number
  /** The path of the resource whose personal data the payload holds, so that it can be erased. */
  readonly subject?: string
}
