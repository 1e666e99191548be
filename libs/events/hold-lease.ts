import { setTimeout as sleep } from 'node:timers/promises'
import type { EventStore } from './context.ts'
import { createLease, LEASE, renewalOf } from './lease.ts'

/** What is done while a lease is held. It ends soon after `signal` aborts: the lease is lost, or all ends. */
export type LeasedWork = (epoch: number, signal: AbortSignal) => Promise<void>

/** Milliseconds that a lease lasts, and after which it is renewed, or looked at while another process has it. */
export interface HoldOptions {
  readonly duration?: number
  readonly renewal?: number
}

/**
 * Runs `work` whenever this process holds the lease, until `signal` aborts; again when the lease was lost and is held anew, or
 * `work` failed. It is renewed until `work` has ended, then given back.
 */
export async function holdLease(
  store: EventStore,
  name: string,
  work: LeasedWork,
  signal: AbortSignal,
  { duration = LEASE, renewal = renewalOf(duration) }: HoldOptions = {},
): Promise<void> {
  const lease = createLease(store, name, { duration })

  async function run(epoch: number): Promise<void> {
    const lost = new AbortController()
    const ended = new AbortController()
    const keeping = keep(epoch, ended.signal).then(() => lost.abort())
    try {
      await work(epoch, AbortSignal.any([signal, lost.signal]))
    } finally {
      ended.abort()
      await keeping
      await lease.release()
    }
  }

  /** Resolves when the lease is lost, could not be renewed for as long as it lasts, or is needed no more. */
  async function keep(epoch: number, needless: AbortSignal): Promise<void> {
    let end = performance.now() + duration
    while (await pause(renewal, needless)) {
      const asked = performance.now()
      try {
        if ((await lease.acquire()) !== epoch) return
        end = asked + duration
      } catch {
        if (performance.now() > end) return
      }
    }
  }

  while (!signal.aborted) {
    try {
      const epoch = await lease.acquire()
      if (epoch !== undefined) await run(epoch)
    } catch (error) {
      store.log.warn({ lease: name, err: error }, 'work under a lease ended with an error')
    }
    await pause(renewal, signal)
  }
}

/** Whether it waited to the end. */
const pause = (milliseconds: number, signal: AbortSignal): Promise<boolean> =>
  sleep(milliseconds, true, { signal }).catch(() => false)
