import { setTimeout as sleep } from 'node:timers/promises'
import type { Selects, TablesOf, Writer } from '@mainspring/data'
import type { EventStore } from '../context.ts'
import { publishingSpan } from '../handling.ts'
import { CONDUCTOR, LeaseLost, requireLease } from '../lease.ts'
import type { LogEntry } from '../logs.ts'
import { noteReader, type Outbox } from '../outbox.ts'
import type { readers } from '../tables.ts'
import { createWake } from '../wake.ts'
import type { EventRecord, Publisher } from './publisher.ts'
import { queueSubjects } from './subject-queue.ts'

/** What publishes a service's outbox, for as long as this process conducts. */
export interface Relay {
  /** Lets what is under way end, and notes how far it came. */
  readonly stop: () => Promise<void>
}

/** What a relay needs. */
export interface RelayOptions {
  readonly store: EventStore
  readonly outbox: Pick<Outbox, 'read' | 'onNews'>
  readonly publisher: Publisher
  readonly epoch: number
  /** Told when another process has the lease. */
  readonly onLost: () => void
}

/** Events that are read at once: what memory holds, and what a kill publishes again. */
const MOST_AT_ONCE = 500
/** Milliseconds until it looks again when nobody told it of news. */
const IDLE = 1_000
/** Milliseconds that what is under way may take when the relay is stopped. */
const GRACE = 1_500
/** Milliseconds until a failure is tried again: they double with each failure in a row. */
const PAUSE = { first: 50, last: 5_000 }

/**
 * Publishes what is behind the place that is noted in the service's database, and moves that place behind what the broker has
 * acknowledged, under the epoch. Of each subject at most one record is under way, and nothing goes before what failed. A
 * process that is killed, or was frozen and goes on, publishes events again that were published, with all that follow them:
 * so the first time that a log has an event, it has all before it of that subject.
 */
export function startRelay({ store, outbox, publisher, epoch, onLost }: RelayOptions): Relay {
  const stopping = new AbortController()
  const { signal } = stopping
  const { wake, wait } = createWake()
  const deafen = outbox.onNews(wake)
  let failures = 0
  const running = run()

  async function run(): Promise<void> {
    let position: number | undefined
    while (!signal.aborted) {
      try {
        position ??= await begin()
        const entries = await outbox.read(position, MOST_AT_ONCE)
        if (entries.length === 0) await wait(IDLE, signal)
        else position = await publishAll(entries, position)
      } catch (error) {
        if (error instanceof LeaseLost) return onLost()
        await pauseAfter(error)
      }
    }
  }

  /** From now on the outbox keeps what is not published. */
  async function begin(): Promise<number> {
    const position = await findPosition(store, publisher)
    await note(position)
    return position
  }

  /** Resolves when all of them are published, or this is to stop. */
  async function publishAll(entries: readonly LogEntry[], from: number): Promise<number> {
    const queue = queueSubjects(entries)
    while (!queue.isEmpty && !signal.aborted) {
      const records = queue.next(publisher.limits)
      const errors = await publish(records)
      for (const [index, record] of records.entries()) if (errors[index] === undefined) queue.remove(record)
      const failed = records.filter((_, index) => errors[index] !== undefined)
      // What fails keeps the others waiting no longer than it must.
      if (failed.length < records.length) recover()
      if (failed.length > 0) await pauseAfter(errors.find(Boolean), failed)
    }
    const position = queue.position ?? from
    if (position > from) await note(position)
    return position
  }

  async function publish(records: readonly EventRecord[]): Promise<readonly unknown[]> {
    const span = store.tracer?.start(...publishingSpan(publisher.name, records))
    const errors = await publishInTime(records).catch((error: unknown) => records.map(() => error))
    span?.end({ error: errors.find(Boolean) })
    return errors
  }

  /** A broker that does not answer keeps nobody from stopping for long: it is unknown then what was stored. */
  function publishInTime(records: readonly EventRecord[]): Promise<readonly unknown[]> {
    const stopped = Promise.withResolvers<never>()
    const stop = () => setTimeout(() => stopped.reject(new Error('The relay was stopped.')), GRACE)
    signal.addEventListener('abort', stop, { once: true })
    return Promise.race([publisher.publish(records), stopped.promise]).finally(() =>
      signal.removeEventListener('abort', stop),
    )
  }

  const note = (position: number): Promise<void> =>
    store.database.write(async (db: Writer) => {
      await requireLease(db, CONDUCTOR, epoch)
      await noteReader(db, publisher.name, position)
    })

  function recover(): void {
    if (failures > 0) store.log.info({ publisher: publisher.name }, 'events are published again')
    failures = 0
  }

  async function pauseAfter(error: unknown, failed: readonly EventRecord[] = []): Promise<void> {
    failures += 1
    const pause = Math.min(PAUSE.last, PAUSE.first * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
    const subjects = failed.slice(0, 5).map(({ subject }) => subject)
    store.log.warn(
      {
        publisher: publisher.name,
        failures,
        records: failed.length,
        subjects,
        pause_ms: Math.round(pause),
        err: error,
      },
      'events could not be published; they are tried again',
    )
    await sleep(pause, undefined, { signal }).catch(() => undefined)
  }

  return {
    async stop() {
      stopping.abort()
      deafen()
      await running
    },
  }
}

async function findPosition({ database }: EventStore, { name }: Publisher): Promise<number> {
  const [row] = await database.reader.query((query: Selects<TablesOf<[typeof readers]>>) =>
    query.selectFrom('mainspring_readers').select('position').where('name', '=', name),
  )
  return row?.position ?? 0
}
