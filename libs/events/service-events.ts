import { withLog } from '@mainspring/core'
import { type Conductor, startConductor } from './conductor.ts'
import type { Consumer, RunUnit } from './consumer.ts'
import type { EventStore, Publishing } from './context.ts'
import { createEnqueue, type Enqueued } from './enqueue.ts'
import { type EventType, sourceOf } from './event.ts'
import { logFor } from './handling.ts'
import { createHinting } from './hinting.ts'
import { createInbox } from './inbox.ts'
import type { Listener } from './listener.ts'
import { consumerOfListener } from './listeners/consumer.ts'
import type { LogName } from './logs.ts'
import { listSourceLags, type SourceLag } from './operations/source-lags.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import type { Queue } from './queue.ts'
import { registerListeners } from './registration.ts'
import type { Retention } from './retention.ts'
import type { Schedule } from './schedule.ts'
import { createScheduler } from './scheduler.ts'
import type { EventSource } from './source.ts'
import { createStreams, type Follow } from './streams/follow.ts'
import { emitted, received } from './streams/log.ts'
import { type Readers, startReaders } from './streams/readers.ts'
import { createTakers, type Take } from './streams/take.ts'
import type { Publisher } from './transports/publisher.ts'
import { consumerOf } from './work/consumer-of.ts'
import { startWorkers, type Workers } from './work/worker.ts'

/** What a service declares of its events and its work. */
export interface Declared {
  readonly events: readonly EventType[]
  readonly listeners: readonly Listener[]
  readonly queues: readonly Queue[]
  readonly schedules: readonly Schedule[]
}

/** The events and the work of one service, in one process. */
export interface ServiceEvents {
  /** What it emits: a source for those in the same process that listen to it. */
  readonly outbox: Outbox
  /** Gives a unit of work its ways to publish. */
  readonly publishing: Publishing
  /** Has its listeners hear all that is emitted from now on; to be called before anybody is served. */
  readonly subscribe: (sources: readonly EventSource[]) => Promise<void>
  /** Follows what it emits or hears, until it stops. */
  readonly follow: Follow
  /** Takes items of a queue, one reader at a time each, until it stops. */
  readonly take: Take
  /** Begins to publish, to receive, to listen and to work. */
  readonly start: (publisher?: Publisher) => void
  /** How far it is behind with what it hears. */
  readonly sourceLags: () => Promise<readonly SourceLag[]>
  /** Events that this process has pruned though somebody had not read them, since it started. */
  readonly pruned_unread: Readonly<Record<LogName, number>>
  /** Has workers and readers look for what may be done now. */
  readonly wake: () => void
  /** Takes nothing new, finishes what it has and gives its leases back. */
  readonly stop: () => Promise<void>
}

/** Puts together what a service emits, hears and has to do. `ports` are its connectors. */
export function createServiceEvents(
  store: EventStore,
  declared: Declared,
  ports: object,
  retention?: Retention,
): ServiceEvents {
  const { database, clock, log } = store
  const { events, listeners, queues, schedules } = declared
  const hinting = createHinting(store)
  const outbox = createOutbox(store, events, hinting.signal)
  const enqueueOf = createEnqueue(store, queues, tellOfItems)
  const publishing: Publishing = (db, origin) => ({ emit: outbox.emitter(db, origin), enqueue: enqueueOf(db, origin) })
  const runUnit: RunUnit = ({ handling, origin }, job, options) => {
    const logOf = () => logFor(log, handling, origin)
    return database.write((db) => job(withLog({ ...ports, ...publishing(db, origin), clock, db }, logOf)), options)
  }
  const inbox = createInbox(store, hinting.signal)
  const takers = createTakers(store, runUnit)
  const streams = createStreams(store, [emitted(store, outbox), received(store, inbox)])
  const wake = () => {
    workers?.wake()
    takers.wake()
  }
  const pruned_unread = { outbox: 0, inbox: 0 }
  let sources: readonly EventSource[] = []
  let workers: Workers | undefined
  let readers: Readers | undefined
  let conductor: Conductor | undefined

  const enqueuedElsewhere = new Map(
    queues.map(({ name }) => {
      const signal = hinting.signal(`items of ${name}`)
      // Who enqueued looks after those that wait for another one.
      signal.listen(() => tellWorkers({ queue: name, waiting: new Set(), isDelayed: true }))
      return [name, signal]
    }),
  )

  function tellOfItems(enqueued: Enqueued): void {
    tellWorkers(enqueued)
    enqueuedElsewhere.get(enqueued.queue)?.tell()
  }

  function tellWorkers(enqueued: Enqueued): void {
    workers?.onEnqueued(enqueued)
    takers.onEnqueued(enqueued)
  }

  /** Items come from queues, and from listeners that could not deal with an event at once. */
  function createConsumers(): readonly Consumer[] {
    const reads = { db: database.reader, clock }
    const comingAfter = (listener: Listener) => listeners.filter(({ after }) => after.includes(listener))
    return [
      ...queues.filter(({ settle }) => settle).map((queue) => consumerOf(queue, reads, ports)),
      ...listeners.map((listener) => consumerOfListener(store, listener, comingAfter(listener), wake)),
    ]
  }

  return {
    outbox,
    publishing,
    follow: streams.follow,
    take: takers.take,
    async subscribe(to) {
      sources = to
      await registerListeners(store, listeners)
      for (const source of sources) await inbox.subscribe(source)
    },
    start(publisher) {
      hinting.start()
      const scheduler = createScheduler(store, schedules, runUnit)
      workers = startWorkers(store, createConsumers(), runUnit)
      const taken = queues.filter(({ take }) => take)
      readers = startReaders(store, taken, takers.take, ports)
      conductor = startConductor({
        store,
        outbox,
        inbox,
        sources,
        publisher,
        listeners,
        scheduler,
        runUnit,
        retention,
        onItems: wake,
        onPruned: (name, unread) => {
          pruned_unread[name] += unread
        },
      })
    },
    sourceLags: () => listSourceLags(store, sources),
    pruned_unread,
    wake,
    async stop() {
      await Promise.all([streams.stop(), takers.stop(), readers?.stop(), conductor?.stop(), workers?.stop()])
      hinting.stop()
    },
  }
}

/** The services whose events somebody here listens to. */
export const sourcesOf = ({ listeners }: Pick<Declared, 'listeners'>): readonly string[] => [
  ...new Set(listeners.flatMap(({ events }) => events.map(sourceOf))),
]
