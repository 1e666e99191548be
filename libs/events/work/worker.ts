import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, RunUnit } from '../consumer.ts'
import type { EventStore } from '../context.ts'
import type { Enqueued } from '../enqueue.ts'
import { LEASE, renewalOf } from '../lease.ts'
import { createWake } from '../wake.ts'
import { extendLeases, findExpired, type Held } from './leases.ts'
import { createLookout, type Sight } from './lookout.ts'
import { bringBackItem } from './settle.ts'
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
  /** Items of a worker that died come back after so long; of one that lives they are kept by a heartbeat. */
  readonly lease: number
  /** Between two looks for what others have enqueued: at first, and when there was nothing for long. */
  readonly look: readonly [first: number, longest: number]
  /** Between two sweeps for items whose key is free. */
  readonly sweep: number
  /** To finish what is in hand at the end. */
  readonly drain: number
}

const USUAL: WorkTimes = { lease: LEASE, look: [100, 2_000], sweep: 1_000, drain: 7_500 }

/** Starts to work on the items of queues. Whatever fails is tried again; nothing that happens here is thrown. */
export function startWorkers(
  store: EventStore,
  consumers: readonly Consumer[],
  runUnit: RunUnit,
  times: Partial<WorkTimes> = {},
): Workers {
  const { lease, look, sweep: sweepEvery, drain } = { ...USUAL, ...times }
  const renewal = renewalOf(lease)
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
    let seen = Number.NEGATIVE_INFINITY
    let fair = seen
    while (!signal.aborted) {
      let next = pause
      try {
        const sights = await lookAround()
        const now = performance.now()
        // Who was cut off itself, or halted, gives others who were the time to renew their leases.
        if (now > seen + longest + renewal) fair = now + renewal
        seen = now
        for (const sight of sights) await attend({ ...sight, hasExpired: sight.hasExpired && now >= fair }, sweeper)
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

  async function bringBack({ consumer, promote, held }: Station): Promise<void> {
    const own = held()
    const isOwn = (item: Held) => own.some(({ number, epoch }) => number === item.number && epoch === item.epoch)
    for (const item of await findExpired(store, consumer.queue)) {
      // Nobody is dead to himself, and the heartbeat is on its way.
      const failure = isOwn(item) ? undefined : await bringBackItem(store, consumer, item)
      if (!failure) continue
      log.warn({ queue: consumer.queue, item: item.number, state: failure.state }, 'an item has lost its worker')
      if (failure.state === 'DEAD' && item.key !== null) promote(item.key)
    }
  }

  async function keepLeases(signal: AbortSignal): Promise<void> {
    let start = performance.now()
    let kept = start
    while (!signal.aborted) {
      await sleep(Math.max(0, start + renewal - performance.now()), undefined, { signal }).catch(() => {})
      const held = [...stations.values()].flatMap((station) => station.held())
      start = performance.now()
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
