import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, RunUnit } from '../consumer.ts'
import type { EventStore } from '../context.ts'
import type { Enqueued } from '../enqueue.ts'
import { LeaseLost } from '../lease.ts'
import { createWake } from '../wake.ts'
import { extendLeases, findExpired } from './leases.ts'
import { createLookout, type Sight } from './lookout.ts'
import { failItem } from './settle.ts'
import { createStation, type Station } from './station.ts'
import { createSweeper, type Sweeper } from './sweep.ts'

/** Who works on the items of a service's queues, in this process. */
export interface Workers {
  /** Looks for items at once, of one queue or of all. */
  readonly wake: (queue?: string) => void
  /** To be told of what was enqueued in this process. */
  readonly onEnqueued: (enqueued: Enqueued) => void
  /** Takes nothing new, finishes what it has while there is time (as `WorkTimes` says, or less), and gives the rest back. */
  readonly stop: (milliseconds?: number) => Promise<void>
}

/** Milliseconds. */
export interface WorkTimes {
  /** An item of a worker that died comes back after so long; of one that lives it is kept by a heartbeat three times as often. */
  readonly lease: number
  /** Between two looks for what others have enqueued: at first, and when there was nothing for long. */
  readonly look: readonly [first: number, longest: number]
  /** Between two sweeps for items whose key is free. */
  readonly sweep: number
  /** To finish what is in hand at the end. */
  readonly drain: number
}

/** The heartbeat waits for a unit that settles one of the items, 10 s at most; so a lease lasts longer than that. */
const USUAL: WorkTimes = { lease: 15_000, look: [100, 2_000], sweep: 1_000, drain: 7_500 }

/** A worker died with an item, or was cut off, or frozen for so long that it counts as dead. */
class WorkerGone extends Error {
  override readonly name = 'WorkerGone'
}

/** Starts to work on the items of queues. Whatever fails is tried again; nothing that happens here is thrown. */
export function startWorkers(
  store: EventStore,
  consumers: readonly Consumer[],
  runUnit: RunUnit,
  times: Partial<WorkTimes> = {},
): Workers {
  const { lease, look, sweep: sweepEvery, drain } = { ...USUAL, ...times }
  const { log } = store
  const lookout = createWake()
  const stations = new Map(
    consumers.map((consumer) => [
      consumer.queue,
      createStation({ store, consumer, runUnit, lease, onDelayed: lookout.wake }),
    ]),
  )
  const stopping = new AbortController()
  const ended = new AbortController()
  const loops = consumers.length === 0 ? [] : [watch(stopping.signal), keepLeases(ended.signal)]

  async function watch(signal: AbortSignal): Promise<void> {
    const lookAround = createLookout(store, [...stations.keys()])
    const sweeper = createSweeper(store, sweepEvery)
    const [first, longest] = look
    let pause = first
    let taken = 0
    while (!signal.aborted) {
      let next = pause
      try {
        const sights = await lookAround()
        for (const sight of sights) await attend(sight, sweeper)
        next = Math.min(pause, ...sights.map(({ due_in }) => due_in || pause))
      } catch (error) {
        log.warn({ err: error }, 'queues could not be looked at')
      }
      // However often somebody wakes it, looks are apart.
      await sleep(Math.min(first, next), undefined, { signal }).catch(() => {})
      if (next > first) await lookout.wait(next - first, signal)
      const all = [...stations.values()].reduce((sum, station) => sum + station.taken, 0)
      pause = all === taken ? Math.min(longest, pause * 2) : first
      taken = all
    }
  }

  async function attend({ queue, due_in, hasWaiting, hasExpired }: Sight, sweeper: Sweeper): Promise<void> {
    const station = stations.get(queue)
    if (!station) return
    if (hasExpired) await bringBack(station)
    if (hasWaiting && (await sweeper(queue))) station.wake()
    if (hasExpired || due_in === 0) station.wake()
  }

  /** Losing its worker counts as an attempt: an item that kills whoever takes it must not do so for ever. */
  async function bringBack({ consumer, promote }: Station): Promise<void> {
    for (const item of await findExpired(store, consumer.queue)) {
      const error = new WorkerGone('The worker that had it is gone.')
      try {
        const { state } = await failItem(store, consumer, item, error, { pause: 0 })
        log.warn({ queue: consumer.queue, item: item.number, state }, 'an item has lost its worker')
        if (state === 'DEAD' && item.key !== null) promote(item.key)
      } catch (failure) {
        // Another process was first.
        if (!(failure instanceof LeaseLost)) throw failure
      }
    }
  }

  async function keepLeases(signal: AbortSignal): Promise<void> {
    let kept = performance.now()
    while (!signal.aborted) {
      await sleep(lease / 3, undefined, { signal }).catch(() => {})
      const held = [...stations.values()].flatMap((station) => station.held())
      const start = performance.now()
      try {
        const lost = await extendLeases(store, held, lease)
        kept = start
        drop(lost)
      } catch (error) {
        log.warn({ err: error }, 'leases could not be extended')
        if (performance.now() > kept + lease) drop(held)
      }
    }
  }

  function drop(lost: ReturnType<Station['held']>): void {
    for (const [queue, items] of Map.groupBy(lost, (item) => item.queue)) stations.get(queue)?.drop(items)
  }

  return {
    wake(queue) {
      for (const station of stations.values())
        if (queue === undefined || queue === station.consumer.queue) station.wake()
      lookout.wake()
    },
    onEnqueued({ queue, waiting, isDelayed }) {
      const station = stations.get(queue)
      station?.wake()
      for (const key of waiting) station?.promote(key)
      if (isDelayed) lookout.wake()
    },
    async stop(milliseconds = drain) {
      stopping.abort()
      const all = [...stations.values()]
      const drained = Promise.all(all.map((station) => station.drain()))
      const late = new AbortController()
      await Promise.race([drained, sleep(milliseconds, undefined, { signal: late.signal }).catch(() => {})])
      late.abort()
      await Promise.all(all.map((station) => station.abandon()))
      ended.abort()
      await Promise.all(loops)
    },
  }
}
