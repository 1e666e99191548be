import {
  getLogPositions,
  type LogPositions,
  listSchedules,
  type ScheduleState,
  type SourceLag,
} from '@mainspring/events'
import { kernelRoute, type Route } from '@mainspring/http'
import type { Gauge, Registry } from 'prom-client'
import { type Consumer, listConsumers } from './consumers.ts'
import type { Operated } from './operated.ts'

/** What is measured of services, by name: what it says, and its labels, of which there are as many as names in the code. */
const MEASURES = {
  service_up: ['Whether the database of the service answered just now.', 'service'],
  published_position: ['The last place in the log of what the service has emitted.', 'service'],
  received_position: ['The last place in the log of what has arrived for its listeners.', 'service'],
  reader_lag_events: ['Events that a reader of the service has not got.', 'service', 'reader'],
  source_lag_events: ['Events of a source that the service has not got.', 'service', 'source'],
  source_lag_seconds: ['How long the oldest event has been there that the service has not got.', 'service', 'source'],
  pruned_unread_events: ['Events that this process has pruned before all had read them.', 'service', 'log'],
  consumer_lag_events: ['Events that a listener has not come to.', 'service', 'consumer'],
  consumer_items: ['Items by how things stand with them; dead ones are dead letters.', 'service', 'consumer', 'state'],
  consumer_oldest_seconds: ['How long the oldest that is still to be done has been there.', 'service', 'consumer'],
  consumer_most_attempts: ['How often that item failed which is not dead and failed most.', 'service', 'consumer'],
  consumer_paused: ['Whether nothing is taken from it.', 'service', 'consumer'],
  schedule_late_seconds: ['How long a schedule has been due.', 'service', 'schedule'],
  schedule_failed_attempts: ['How often a schedule failed since it last ran to its end.', 'service', 'schedule'],
} as const

type Measure = keyof typeof MEASURES
type Meters = Readonly<Record<Measure, Gauge>>

/** The route of Prometheus. What it takes is loaded by the first who asks; those who ask at once share an answer. */
export function createMetricsRoute(all: readonly Operated[]): Route {
  let opened: Promise<{ readonly registry: Registry; readonly meters: Meters }> | undefined
  let scrape: Promise<string> | undefined
  return kernelRoute('/metrics', 'What Prometheus collects', async () => {
    opened ??= openMeters()
    const { registry, meters } = await opened
    scrape ??= measure(all, meters)
      .then(() => registry.metrics())
      .finally(() => {
        scrape = undefined
      })
    return { status: 200, content_type: registry.contentType, body: await scrape }
  })
}

async function openMeters() {
  const { collectDefaultMetrics, Gauge, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const meters = Object.entries(MEASURES).map(([name, [help, ...labelNames]]) => [
    name,
    new Gauge({ name: `mainspring_${name}`, help, labelNames, registers: [registry] }),
  ])
  return { registry, meters: Object.fromEntries(meters) as Meters } // each of MEASURES has one
}

interface Seen {
  readonly positions: LogPositions
  readonly sources: readonly SourceLag[]
  readonly schedules: readonly ScheduleState[]
  readonly consumers: readonly Consumer[]
}

/** Looks first and writes then, at once: what is not there any more is not told any more. */
async function measure(all: readonly Operated[], meters: Meters): Promise<void> {
  const looks = await Promise.all(all.map(async (one) => ({ one, seen: await look(one).catch(saidOf(one)) })))
  for (const meter of Object.values(meters)) meter.reset()
  for (const { one, seen } of looks) {
    meters.service_up.set({ service: one.name }, seen ? 1 : 0)
    if (seen) tell(one, seen, meters)
  }
}

async function look(one: Operated): Promise<Seen> {
  const { store } = one
  const [positions, schedules] = [await getLogPositions(store), await listSchedules(store)]
  return { positions, sources: await one.sourceLags(), schedules, consumers: await listConsumers(one) }
}

/** Whatever it is, the others are told of. */
const saidOf =
  ({ name, store }: Operated) =>
  (error: unknown): undefined => {
    store.log.warn({ service: name, err: error }, 'a service cannot be measured for now')
  }

function tell(one: Operated, { positions, sources, schedules, consumers }: Seen, meters: Meters): void {
  const service = one.name
  const now = one.store.clock.now()
  const secondsSince = (time: string) => Math.max(0, (now - Date.parse(time)) / 1000)
  meters.published_position.set({ service }, positions.published_position)
  meters.received_position.set({ service }, positions.received_position)
  for (const { reader, lag } of positions.readers) meters.reader_lag_events.set({ service, reader }, lag)
  for (const { source, lag, lag_seconds } of sources) {
    if (lag !== null) meters.source_lag_events.set({ service, source }, lag)
    if (lag_seconds !== null) meters.source_lag_seconds.set({ service, source }, lag_seconds)
  }
  for (const [log, events] of Object.entries(one.pruned_unread))
    meters.pruned_unread_events.set({ service, log }, events)
  for (const { schedule, due_time, attempts } of schedules) {
    meters.schedule_late_seconds.set({ service, schedule }, secondsSince(due_time))
    meters.schedule_failed_attempts.set({ service, schedule }, attempts)
  }
  for (const consumer of consumers) tellConsumer(consumer, secondsSince, meters)
}

const STATES = ['ready', 'waiting', 'blocked', 'in_hand', 'dead'] as const

function tellConsumer(consumer: Consumer, secondsSince: (time: string) => number, meters: Meters): void {
  const labels = { service: consumer.service, consumer: consumer.id }
  for (const state of STATES) meters.consumer_items.set({ ...labels, state }, consumer[state])
  meters.consumer_lag_events.set(labels, consumer.lag)
  meters.consumer_oldest_seconds.set(labels, consumer.oldest_time === null ? 0 : secondsSince(consumer.oldest_time))
  meters.consumer_most_attempts.set(labels, consumer.most_attempts)
  meters.consumer_paused.set(labels, consumer.pause_time === null ? 0 : 1)
}
