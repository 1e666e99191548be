import { toTimestamp } from '@mainspring/core'
import type { EventStore } from '../context.ts'
import { originOf } from '../envelope.ts'
import { logFor } from '../handling.ts'
import type { NewItem } from '../items.ts'
import type { Listener } from '../listener.ts'
import { causeOf, isWorthRetrying, pauseAfter } from '../retry.ts'
import { handlingOf } from './handle.ts'
import type { Arrival } from './page.ts'

type Failure = Pick<NewItem, 'due_time' | 'attempts' | 'error' | 'cause'> & { readonly state: 'READY' | 'DEAD' }

/** What an event becomes that a listener could not handle at the first attempt; says so in the log. */
export function firstFailure(
  { clock, log }: EventStore,
  listener: Listener,
  { envelope }: Arrival,
  error: unknown,
): Failure {
  const pause = isWorthRetrying(error) ? pauseAfter(listener.retry, 1) : undefined
  logFor(log, handlingOf(listener, envelope, 1), originOf(envelope)).warn(
    { subject: envelope.subject, err: error, retry_ms: pause },
    'a listener failed',
  )
  return {
    state: pause === undefined ? 'DEAD' : 'READY',
    attempts: 1,
    due_time: toTimestamp(clock.now() + (pause ?? 0)),
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    cause: causeOf(error),
  }
}
