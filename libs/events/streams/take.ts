import type { Fields, ObjectOf } from '@mainspring/core'
import type { Consumer, RunUnit } from '../consumer.ts'
import type { EventStore, Writes } from '../context.ts'
import type { Enqueued } from '../enqueue.ts'
import type { Queue, Work } from '../queue.ts'
import { consumerOf } from '../work/consumer-of.ts'
import { startWorkers, type Workers, type WorkTimes } from '../work/worker.ts'

/** An item in the hands of a reader. */
export interface Taken<P> extends Work<P> {
  /**
   * Takes it out of the queue; what `settle` writes is committed with that. Throws `LeaseLost` when somebody else may have it by
   * now: then nothing is written.
   */
  readonly done: (settle?: (needs: Writes) => Promise<void>) => Promise<void>
  /** Has it tried again later, or become a dead letter when its attempts are used up. */
  readonly failed: (error: unknown) => void
}

/**
 * Takes the items of a queue one after the other, among all who do so in any process: each item is one reader's at a time,
 * under a lease that is kept for as long as the reader has it. One is taken when it is asked for, and is to be `done` or
 * `failed` before the next; who stops in between gives it back. It ends when `signal` aborts or the process drains.
 *
 * @example
 * for await (const { payload, done } of take(deliveries, { signal })) {
 *   const receipt = await send(payload)
 *   await done(({ db }) => db.insert(Receipt, receipt))
 * }
 */
export type Take = <F extends Fields>(
  queue: Queue<F>,
  options?: { readonly signal?: AbortSignal },
) => AsyncGenerator<Taken<ObjectOf<F>>, void>

/** Readers who share queues, in this process. */
export interface Takers {
  readonly take: Take
  /** To be told of what was enqueued in this process. */
  readonly onEnqueued: (enqueued: Enqueued) => void
  /** Has them look for items at once. */
  readonly wake: () => void
  /** Gives out nothing more, and waits for what is in hand as long as workers do. */
  readonly stop: () => Promise<void>
}

/** Creates those of a service. */
export function createTakers(store: EventStore, runUnit: RunUnit, times?: Partial<WorkTimes>): Takers {
  const stopping = new AbortController()
  const open = new Set<Workers>()

  async function* take<F extends Fields>(
    queue: Queue<F>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<Taken<ObjectOf<F>>, void> {
    const ended = AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])])
    const hand = createHand(store, queue)
    const workers = startWorkers(store, [hand.consumer], hand.watch(runUnit), times)
    open.add(workers)
    try {
      for (;;) {
        await hand.settled()
        const next = hand.ask(ended)
        workers.wake(queue.name)
        const taken = await next
        if (!taken) return
        // The consumer has checked the payload.
        yield taken as unknown as Taken<ObjectOf<F>>
      }
    } finally {
      open.delete(workers)
      await hand.settled()
      await workers.stop(0)
    }
  }

  return {
    take,
    onEnqueued(enqueued) {
      for (const workers of open) workers.onEnqueued(enqueued)
    },
    wake() {
      for (const workers of open) workers.wake()
    },
    async stop() {
      stopping.abort()
      await Promise.all([...open].map((workers) => workers.stop()))
    },
  }
}

type Settle = (needs: Writes) => Promise<void>

interface Task {
  readonly taken: Taken<object>
  readonly outcome: PromiseWithResolvers<Settle>
  readonly settled: PromiseWithResolvers<void>
  state: 'TAKEN' | 'DONE' | 'FAILED'
}

/** Hands the items of a queue from those who work on it to a reader, one at a time and when asked. */
function createHand({ database, clock }: EventStore, queue: Queue) {
  let wanted: ((task: Task | undefined) => void) | undefined
  let current: Task | undefined

  const receive = (_: unknown, work: Work<object>): Promise<Settle> => {
    const task = createTask(work)
    current = task
    wanted?.(task)
    return task.outcome.promise
  }
  const settle = (needs: Writes, _: unknown, outcome: Settle): Promise<void> => outcome(needs)
  const consumer: Consumer = {
    ...consumerOf({ ...queue, perform: receive, settle }, { db: database.reader, clock }),
    takesAhead: false,
    get concurrency() {
      return wanted ? 1 : 0
    },
  }

  return {
    consumer,
    /** The unit in which an item is settled is what its reader waits for. */
    watch:
      (runUnit: RunUnit): RunUnit =>
      async (...unit) => {
        const task = current
        try {
          const result = await runUnit(...unit)
          task?.settled.resolve()
          return result
        } catch (error) {
          task?.settled.reject(error)
          throw error
        }
      },
    /** The next item, nothing when the signal aborts. */
    async ask(signal: AbortSignal): Promise<Taken<object> | undefined> {
      if (current?.state === 'TAKEN' && !current.taken.signal.aborted) throw forgotten(queue, current)
      current = undefined
      if (signal.aborted) return undefined
      const { promise, resolve } = Promise.withResolvers<Task | undefined>()
      const end = () => resolve(undefined)
      wanted = resolve
      signal.addEventListener('abort', end)
      const task = await promise
      signal.removeEventListener('abort', end)
      wanted = undefined
      return task?.taken
    },
    /** Resolves when nothing is being written down. */
    async settled(): Promise<void> {
      if (current?.state === 'DONE') await current.settled.promise.catch(() => {})
    },
  }
}

const forgotten = ({ name }: Queue, { taken }: Task): Error =>
  new Error(`The item ${taken.id} of ${name} was neither done nor failed.`)

function createTask({ payload, id, attempt, signal }: Work<object>): Task {
  const outcome = Promise.withResolvers<Settle>()
  const settled = Promise.withResolvers<void>()
  // Nobody need wait for it.
  settled.promise.catch(() => {})
  const task: Task = {
    state: 'TAKEN',
    outcome,
    settled,
    taken: {
      ...{ payload, id, attempt, signal },
      done(settle = async () => {}) {
        task.state = 'DONE'
        outcome.resolve(settle)
        return settled.promise
      },
      failed(error) {
        task.state = 'FAILED'
        outcome.reject(error)
      },
    },
  }
  signal.addEventListener('abort', () => {
    outcome.reject(signal.reason)
    settled.reject(signal.reason)
  })
  return task
}
