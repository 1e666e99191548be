import { createValidator, type Fields, type ObjectOf, objectSchema } from '@mainspring/core'
import type { Reads } from '@mainspring/data'
import type { Queue, Work } from './queue.ts'
import { type RetryPolicy, USUAL_RETRY } from './retry.ts'
import type { Taken } from './streams/take.ts'

/** What a queue states of itself. */
export interface QueueOptions<F extends Fields, R, P extends Reads, S, T extends Reads> {
  readonly name: string
  readonly payload: F
  readonly retry?: Partial<RetryPolicy>
  /** 10 by default; of readers 1. */
  readonly concurrency?: number
  /** Work outside of the database, without a transaction: a mail, a webhook. It may be done again if the process dies. */
  readonly perform?: (needs: P, work: Work<ObjectOf<F>>) => Promise<R>
  /** Writes down what came of it, in the transaction that takes the item out of the queue; refused when the lease was lost. */
  readonly settle?: (needs: S, work: Work<ObjectOf<F>>, outcome: R) => Promise<void>
  /**
   * In place of these: a reader, who goes over the items as they come, for as long as the service runs, among all readers
   * of the queue. It says of each item that it is `done`, or `failed`; if it throws, the one in its hands failed, and it is
   * called anew. What it keeps from item to item, a connection or a sum, is its own.
   */
  readonly take?: (needs: T, items: AsyncIterable<Taken<ObjectOf<F>>>) => Promise<void>
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
export function queue<const F extends Fields, P extends Reads, S, T extends Reads, R = undefined>({
  name,
  payload,
  retry,
  perform,
  settle,
  take,
  concurrency = take ? 1 : 10,
}: QueueOptions<F, R, P, S, T>): Queue<F, P & S & T> {
  if (take && (perform || settle))
    throw new Error(`${name} has readers: what they take nobody else performs or settles.`)
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
    take: take as Queue['take'],
  }
}
