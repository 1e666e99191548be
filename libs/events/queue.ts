import { createValidator, type Fields, type ObjectOf, objectSchema, type Validator } from '@mainspring/core'
import type { Reads } from '@mainspring/data'
import { type RetryPolicy, USUAL_RETRY } from './retry.ts'

/** Work that is done later, by one worker at a time, until it is done or a dead letter. */
export interface Queue<F extends Fields = Fields, Needs = never> {
  /** The service and the work: `notices.deliver`. What waits is found by it, so another name is another queue. */
  readonly name: string
  readonly payload: F
  readonly retry: RetryPolicy
  /** Items that one process has in hand at once. */
  readonly concurrency: number
  readonly validate: Validator
  readonly perform: ((needs: never, work: never) => Promise<unknown>) | undefined
  /** Without it nobody works on its items, but whoever takes them: see `Take`. */
  readonly settle: ((needs: never, work: never, outcome: never) => Promise<void>) | undefined
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

/** What a queue states of itself. */
export interface QueueOptions<F extends Fields, R, P extends Reads, S> {
  readonly name: string
  readonly payload: F
  readonly retry?: Partial<RetryPolicy>
  readonly concurrency?: number
  /** Work outside of the database, without a transaction: a mail, a webhook. It may be done again if the process dies. */
  readonly perform?: (needs: P, work: Work<ObjectOf<F>>) => Promise<R>
  /**
   * Writes down what came of it, in the transaction that takes the item out of the queue; refused when the lease was lost.
   * A queue without it is not worked on: readers share it, see `Take`.
   */
  readonly settle?: (needs: S, work: Work<ObjectOf<F>>, outcome: R) => Promise<void>
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

/**
 * Declares a queue.
 *
 * @example
 * export const deliveries = queue({
 *   name: 'notices.deliver',
 *   payload: { notice_id: id() },
 *   perform: ({ mailer }: Reads & { mailer: Mailer }, { payload, id, signal }) => mailer.send(payload.notice_id, id, signal),
 *   settle: recordDelivery,
 * })
 */
export function queue<const F extends Fields, P extends Reads, S, R = undefined>({
  name,
  payload,
  retry,
  concurrency = 10,
  perform,
  settle,
}: QueueOptions<F, R, P, S>): Queue<F, P & S> {
  const validate = createValidator(objectSchema(payload), 'body')
  return {
    name,
    payload,
    retry: { ...USUAL_RETRY, ...retry },
    concurrency,
    validate,
    // What they take is checked here; that what they need is connected, `service` checks.
    perform: perform as Queue['perform'],
    settle: settle as Queue['settle'],
  }
}
