import { setTimeout as sleep } from 'node:timers/promises'
import { withLog } from '@mainspring/core'
import type { EventStore } from '../context.ts'
import type { Queue } from '../queue.ts'
import type { Take, Taken } from './take.ts'

/** Milliseconds before a reader that got nowhere begins anew: they double. */
const PAUSES = { first: 100, longest: 10_000 }

/** Milliseconds in which readers have to end. */
const DRAIN = 7_500

/** The readers of queues that say `take`, in this process. */
export interface Readers {
  /** Has them finish what they have in hand. */
  readonly stop: () => Promise<void>
}

/**
 * Keeps the readers of queues reading, as many of each as its `concurrency`. One that throws has failed with what it has in
 * hand, as an attempt at it, and begins anew, as does one that ends; what it then has in hand is given back.
 */
export function startReaders(store: EventStore, queues: readonly Queue[], take: Take, ports: object): Readers {
  const stopping = new AbortController()
  const { signal } = stopping
  const readings = queues.flatMap((queue) => Array.from({ length: queue.concurrency }, () => read(queue)))

  async function read(queue: Queue): Promise<void> {
    const log = store.log.child({ queue: queue.name })
    const needs = withLog({ ...ports, db: store.database.reader, clock: store.clock }, () => log)
    let hand = createHand(take(queue, { signal }))
    for (let pause = PAUSES.first; !signal.aborted; ) {
      try {
        // `service` has checked that what it needs is connected.
        await queue.take?.(needs as never, hand.items as never)
      } catch (error) {
        if (!hand.fail(error)) log.warn({ err: error }, 'a reader of a queue failed and begins anew')
      }
      if (hand.isLeft()) {
        await hand.close()
        hand = createHand(take(queue, { signal }))
      }
      pause = hand.gotOn() ? PAUSES.first : Math.min(pause * 2, PAUSES.longest)
      await sleep(pause, undefined, { signal }).catch(() => {})
    }
    await hand.close()
  }

  return {
    async stop() {
      stopping.abort()
      await Promise.race([Promise.allSettled(readings), sleep(DRAIN, undefined, { ref: false })])
    },
  }
}

/** Hands on what is taken, and outlives the loop that goes over it. */
function createHand(taken: AsyncGenerator<Taken<object>, void>) {
  let current: Taken<object> | undefined
  let count = 0
  let isOver = false

  async function next(): Promise<IteratorResult<Taken<object>, void>> {
    const result = await taken.next().catch((error: unknown) => {
      current = undefined
      isOver = true
      throw error
    })
    if (result.done) return result
    const { done, failed, ...work } = result.value
    current = result.value
    count++
    const letGo = () => {
      current = undefined
    }
    const item: Taken<object> = {
      ...work,
      done(settle) {
        letGo()
        return done(settle)
      },
      failed(error) {
        letGo()
        failed(error)
      },
    }
    return { done: false, value: item }
  }

  return {
    // Without `return`, which would give back what is in hand.
    items: { [Symbol.asyncIterator]: () => ({ next }) },
    /** Whether something is in hand, or was when the reader asked for the next: that is given back. */
    isLeft: () => isOver || current !== undefined,
    /** Whether there was something in hand that has failed now. */
    fail(error: unknown): boolean {
      const had = current
      current = undefined
      had?.failed(error)
      return had !== undefined
    },
    /** Whether anything was taken since this was asked. */
    gotOn(): boolean {
      const got = count > 0
      count = 0
      return got
    },
    close: () => taken.return(),
  }
}
