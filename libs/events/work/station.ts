import { asSpan, type Log } from '@mainspring/core'
import type { Consumer, RunUnit } from '../consumer.ts'
import type { EventStore } from '../context.ts'
import { handlingSpan, logFor } from '../handling.ts'
import { LeaseLost } from '../lease.ts'
import { type Claimed, claim } from './claim.ts'
import { promote } from './keys.ts'
import { giveBack } from './leases.ts'
import { failItem, settleItem } from './settle.ts'
import { originOf, Task, workOf } from './work.ts'

/** Where one consumer's items are worked on, several side by side. */
export interface Station {
  readonly consumer: Consumer
  /** Takes items, if there are some and as soon as there is room for them. */
  readonly wake: () => void
  /** Looks whether the next item of a key may be taken. */
  readonly promote: (key: string) => void
  /** Items taken so far. */
  readonly taken: number
  /** Items that are leased here. */
  readonly held: () => readonly Claimed[]
  /** Drops items that are somebody else's by now. */
  readonly drop: (items: readonly Claimed[]) => void
  /** Takes nothing more, and gives back what was not begun; resolves when nothing is in hand. */
  readonly drain: () => Promise<void>
  /** Gives back what is still in hand, and has it aborted. */
  readonly abandon: () => Promise<void>
}

/** What a station is made of. */
export interface StationOptions {
  readonly store: EventStore
  readonly consumer: Consumer
  readonly runUnit: RunUnit
  /** Milliseconds of a lease. */
  readonly lease: number
  /** Told that an item is to be tried again later. */
  readonly onDelayed: () => void
}

/** Items are taken ahead when they are quick, as many as are done in so many milliseconds: nobody else would be sooner. */
const AHEAD = { milliseconds: 100, most: 100 }

/** Makes a station, which takes nothing before it is woken. */
export function createStation({ store, consumer, runUnit, lease, onDelayed }: StationOptions): Station {
  const { queue, takesAhead = true } = consumer
  const log = store.log.child({ queue })
  const tasks = new Set<Task>()
  const pending = new Set<Promise<void>>()
  let ahead: Claimed[] = []
  let mayHaveItems = false
  let isClaiming = false
  let isDraining = false
  let taken = 0
  /** Milliseconds that an item took lately. */
  let usual = Number.POSITIVE_INFINITY

  const track = (job: Promise<void>): void => {
    pending.add(job)
    void job.finally(() => pending.delete(job))
  }

  function wake(): void {
    mayHaveItems = true
    goOn()
  }

  function goOn(): void {
    if (isDraining) return
    for (let next = free() > 0 && ahead.shift(); next; next = free() > 0 && ahead.shift()) begin(next)
    const quick = Math.floor((consumer.concurrency * AHEAD.milliseconds) / usual)
    const mostAhead = takesAhead ? Math.min(AHEAD.most, quick) : 0
    const room = free() + mostAhead - ahead.length
    if (mayHaveItems && !isClaiming && room > mostAhead / 2) track(take(room))
  }

  const free = (): number => consumer.concurrency - tasks.size

  async function take(room: number): Promise<void> {
    isClaiming = true
    mayHaveItems = false
    try {
      const items = await claim(store, queue, room, lease)
      taken += items.length
      ahead.push(...items)
      if (items.length === room) mayHaveItems = true
    } catch (error) {
      // Whoever looks out for items will come again.
      log.warn({ err: error }, 'items could not be taken')
    } finally {
      isClaiming = false
    }
    if (isDraining) await returnAhead()
    else goOn()
  }

  function begin(item: Claimed): void {
    const task = new Task(item)
    const start = performance.now()
    tasks.add(task)
    const done = deal(task).finally(() => {
      tasks.delete(task)
      const took = performance.now() - start
      usual = Number.isFinite(usual) ? usual * 0.9 + took * 0.1 : took
      goOn()
    })
    track(done)
  }

  async function deal(task: Task): Promise<void> {
    const { item } = task
    const work = workOf(store, task)
    const handling = consumer.handlingOf(work)
    const origin = originOf(item)
    const { tracer, log } = store
    const { perform } = consumer
    try {
      await asSpan(
        tracer,
        origin,
        () => handlingSpan(handling, origin),
        async (cause) => {
          const outcome =
            perform &&
            (await asSpan(
              tracer,
              cause,
              () => ['perform'],
              (origin) => perform(work, () => logFor(log, handling, origin)),
            ))
          await asSpan(
            tracer,
            cause,
            () => ['settle'],
            (origin) => settleItem(runUnit, { handling, origin }, consumer, item, work, outcome),
          )
        },
      )
      consumer.onSettled?.()
    } catch (error) {
      if (await fail(item, error, logFor(log, handling, origin))) return
    }
    if (item.key !== null) next(item.key)
  }

  /** Resolves to whether the item is still there. */
  async function fail(item: Claimed, error: unknown, log: Log): Promise<boolean> {
    try {
      if (error instanceof LeaseLost) throw error
      const { state, pause } = await failItem(store, consumer, item, error)
      if (state === 'DEAD') {
        log.error({ err: error }, 'an item is a dead letter now')
        return false
      }
      log.warn({ err: error, retry_ms: pause }, 'an item failed')
      onDelayed()
    } catch (failure) {
      if (failure instanceof LeaseLost) log.warn('an item is not in this worker’s hands any more')
      else log.error({ err: error, failure }, 'an item failed, and that could not be written down; it comes back later')
    }
    return true
  }

  function next(key: string): void {
    const promoting = promote(store, queue, key).then(
      (hasNext) => hasNext && wake(),
      (error: unknown) => log.warn({ err: error }, 'the next item of a key is left to the sweep'),
    )
    track(promoting.then(() => {}))
  }

  async function returnAhead(): Promise<void> {
    const items = ahead
    ahead = []
    await giveBack(store, items).catch((error: unknown) => log.warn({ err: error }, 'items could not be given back'))
  }

  return {
    consumer,
    wake,
    promote: next,
    get taken() {
      return taken
    },
    held: () => [...ahead, ...[...tasks].map(({ item }) => item)],
    drop(items) {
      const lost = new Set(items)
      ahead = ahead.filter((item) => !lost.has(item))
      for (const { item, abort } of tasks) if (lost.has(item)) abort(new LeaseLost(`item ${item.number}`, item.epoch))
    },
    async drain() {
      isDraining = true
      await returnAhead()
      while (pending.size > 0) await Promise.all(pending)
    },
    async abandon() {
      const left = [...tasks]
      await giveBack(
        store,
        left.map(({ item }) => item),
      )
      for (const task of left) task.abort(new Error('The process is about to end.'))
    },
  }
}
