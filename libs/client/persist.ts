import { Problem } from './problem.ts'

/** How patient a call is. */
export interface Patience {
  /** How often it is tried at most, if trying again can do no harm; 5 unless told otherwise. */
  readonly attempts?: number | undefined
  /** Milliseconds for all attempts together, 60,000 unless told otherwise; `Infinity` for none. */
  readonly deadline?: number | undefined
  /** Milliseconds before the second attempt at most; twice as many before each further one. 200 unless told otherwise. */
  readonly pause?: number | undefined
  /** Ends the call, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

const LONGEST_PAUSE = 10_000

/** Milliseconds of the longest timer; one of more would end at once. */
export const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Does something until it succeeds, or fails in a way that another attempt would not change, or has used up its patience:
 * then it throws as it failed last. The attempt is given the caller's signal, which also aborts at the deadline, unless the
 * attempt has succeeded by then, with a `TimeoutError` as its reason.
 */
export async function persist<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { attempts = 5, deadline = 60_000, pause, signal }: Patience,
): Promise<T> {
  signal?.throwIfAborted()
  const end = Date.now() + deadline
  const late = new AbortController()
  const giveUp = () => late.abort(new DOMException('It took too long.', 'TimeoutError'))
  const timer = deadline <= LONGEST_TIMER ? setTimeout(giveUp, deadline) : undefined
  const either = signal ? AbortSignal.any([signal, late.signal]) : late.signal
  try {
    for (let number = 1; ; number++) {
      try {
        return await attempt(either)
      } catch (error) {
        either.throwIfAborted()
        const milliseconds = pauseAfter(number, error, pause)
        if (number >= attempts || !isTransient(error) || Date.now() + milliseconds >= end) throw error
        await sleep(milliseconds, either)
      }
    }
  } finally {
    clearTimeout(timer)
  }
}

const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 502, 503, 504])

/** Whether another attempt may succeed: nobody answered, or the answer says so. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Problem)) return error instanceof TypeError
  return TRANSIENT.has(error.status) || (error.status === 409 && error.retryAfter !== undefined)
}

/**
 * Milliseconds to wait before the next attempt: random up to a bound that doubles, so that those who failed together do not
 * come back together (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), after what the answer asks for.
 */
export function pauseAfter(attempts: number, error: unknown, first = 200): number {
  const asked = error instanceof Problem ? (error.retryAfter ?? 0) : 0
  return asked + Math.random() * Math.min(LONGEST_PAUSE, first * 2 ** (attempts - 1))
}

/** Resolves after so many milliseconds; rejects with the signal's reason as soon as that aborts. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  let timer: ReturnType<typeof setTimeout> | undefined
  let abort = () => {}
  try {
    await new Promise<void>((resolve, reject) => {
      abort = () => reject(signal.reason)
      signal.addEventListener('abort', abort)
      timer = setTimeout(resolve, Math.min(milliseconds, LONGEST_TIMER))
    })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}
