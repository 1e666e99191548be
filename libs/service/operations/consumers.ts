import { notFound } from '@mainspring/core'
import { listListenerPlaces, listQueueDepths } from '@mainspring/events'
import { getOperated, type Operated, serviceOf } from './operated.ts'

/** A listener or a queue, and how things stand with it. */
export interface Consumer {
  /** Its name. */
  readonly id: string
  readonly path: string
  readonly service: string
  readonly kind: 'LISTENER' | 'QUEUE'
  /** Whether the code of this process has it. */
  readonly declared: boolean
  /** The types of events that a listener gets. */
  readonly events: readonly string[]
  /** The listeners that it comes after. */
  readonly after: readonly string[]
  /** Up to there a listener has dealt with what arrived, or has set it aside. */
  readonly position: number | null
  /** Events that have arrived for a listener and that it has not come to. */
  readonly lag: number
  readonly ready: number
  /** For another item of the same key. */
  readonly waiting: number
  /** For a listener that comes first. */
  readonly blocked: number
  readonly in_hand: number
  readonly dead: number
  /** Since when the oldest of all that is to be done has been there. */
  readonly oldest_time: string | null
  readonly most_attempts: number
  readonly pause_time: string | null
}

/** The listeners and queues of a service, by name: those that its code has, and those of which something is left. */
export async function listConsumers({ name: service, store, declared }: Operated): Promise<readonly Consumer[]> {
  const [places, depths] = await Promise.all([listListenerPlaces(store), listQueueDepths(store)])
  const inCode = [...declared.listeners, ...declared.queues].map(({ name }) => name)
  const names = new Set([...inCode, ...places.map(({ listener }) => listener), ...depths.map(({ queue }) => queue)])
  return [...names].toSorted().map((name): Consumer => {
    const listener = declared.listeners.find((each) => each.name === name)
    const place = places.find((each) => each.listener === name)
    const depth = depths.find(({ queue }) => queue === name)
    const { READY = 0, WAITING = 0, BLOCKED = 0, LEASED = 0, DEAD = 0 } = depth?.states ?? {}
    const [oldest = null] = [place?.oldest_time, depth?.oldest_time].filter((time) => time != null).toSorted()
    return {
      id: name,
      path: `consumers/${name}`,
      service,
      kind: listener || place ? 'LISTENER' : 'QUEUE',
      declared: inCode.includes(name),
      events: place?.types ?? listener?.events.map(({ type }) => type) ?? [],
      after: listener?.after.map((each) => each.name) ?? [],
      position: place?.position ?? null,
      lag: place?.lag ?? 0,
      ready: READY,
      waiting: WAITING,
      blocked: BLOCKED,
      in_hand: LEASED,
      dead: DEAD,
      oldest_time: oldest,
      most_attempts: depth?.most_attempts ?? 0,
      pause_time: depth?.pause_time ?? null,
    }
  })
}

/** One of them, with its service; throws `not_found`. */
export async function getConsumer(
  all: readonly Operated[],
  name: string,
): Promise<{ readonly one: Operated; readonly consumer: Consumer }> {
  const one = getOperated(all, serviceOf(name))
  const consumer = (await listConsumers(one)).find(({ id }) => id === name)
  if (consumer) return { one, consumer }
  throw notFound('not_found', { detail: `There is no listener and no queue called ${name}.` })
}
