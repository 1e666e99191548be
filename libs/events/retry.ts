import { AppError } from '@mainspring/core'

/** When work that failed is tried again. */
export interface RetryPolicy {
  /** How often it is tried in all, before it becomes a dead letter. */
  readonly attempts: number
  /** Seconds that the second attempt waits at most; the pause doubles with each. */
  readonly first_seconds: number
  /** Seconds that no pause exceeds. */
  readonly longest_seconds: number
}

/** Ten attempts in about a quarter of an hour: longer than a restart takes, shorter than a working day. */
export const USUAL_RETRY: RetryPolicy = { attempts: 10, first_seconds: 1, longest_seconds: 300 }

/**
 * Milliseconds until the next attempt after so many that failed; undefined when there is none. Half of the pause is by
 * chance, so that what failed together does not come back together ("equal jitter",
 * https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 */
export function pauseAfter(
  { attempts, first_seconds, longest_seconds }: RetryPolicy,
  failed: number,
  random: () => number = Math.random,
): number | undefined {
  if (failed >= attempts) return undefined
  const pause = Math.min(longest_seconds, first_seconds * 2 ** (failed - 1)) * 1000
  return Math.round(pause / 2 + (random() * pause) / 2)
}

/**
 * Whether trying again could help. What is wrong in itself stays wrong; what is missing, in the way or away may come, go or
 * return, and a defect may be mended.
 */
export const isWorthRetrying = (error: unknown): boolean => !(error instanceof AppError && HOPELESS.has(error.kind))

const HOPELESS: ReadonlySet<string> = new Set(['invalid', 'unauthenticated', 'forbidden'])

/** What is alike in errors of one kind, for grouping: the code of an `AppError`, else the name of the error and how its message begins. */
export function causeOf(error: unknown): string {
  if (error instanceof AppError) return error.code
  if (!(error instanceof Error)) return 'unknown'
  const words = error.message.replaceAll(/["'`].*?["'`]|[0-9a-f-]{8,}|\d+/gi, '…')
  return `${error.name}: ${words}`.slice(0, 100)
}
