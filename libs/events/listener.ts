import type { EventOf } from './envelope.ts'
import type { EventType } from './event.ts'
import { type RetryPolicy, USUAL_RETRY } from './retry.ts'

/** What is done about events, once for each. */
export interface Listener<Needs = never> {
  /** Its place in the stream of events: renaming it makes a new one. */
  readonly name: string
  readonly events: readonly EventType[]
  readonly after: readonly Listener[]
  readonly from: 'now' | 'beginning'
  readonly retry: RetryPolicy
  /** Subjects that one process deals with at once. */
  readonly concurrency: number
  readonly handle: (needs: never, event: never) => Promise<void>
  /** Never there: carries the type of what `handle` needs. */
  readonly needs?: (needs: Needs) => void
}

/** What a listener states of itself. */
export interface ListenerOptions<E extends EventType, N> {
  readonly name: string
  /** One, or several whose order for one subject matters. */
  readonly event: E | readonly E[]
  /** Listeners of the same events that must have succeeded first. Without any it runs at once. */
  readonly after?: readonly Listener[]
  /** Where a new listener starts: with what comes, or with what is still kept. */
  readonly from?: 'now' | 'beginning'
  readonly retry?: Partial<RetryPolicy>
  readonly concurrency?: number
  /** One unit of work: what it writes is committed with the mark that it is done. */
  readonly handle: (needs: N, event: EventOf<E>) => Promise<void>
}

/**
 * Declares a listener. Its state is its own: when it fails, it alone is tried again, and the events of that subject wait;
 * no other subject does, and no other listener but those `after` it.
 *
 * @example
 * export const confirm = listener({
 *   name: 'notices.confirm_order',
 *   event: OrderPlaced,
 *   after: [record],
 *   handle: confirmOrder,
 * })
 */
export function listener<E extends EventType, N>({
  name,
  event,
  after = [],
  from = 'now',
  retry,
  concurrency = 10,
  handle,
}: ListenerOptions<E, N>): Listener<N> {
  const events = 'type' in event ? [event] : event
  return {
    name,
    events,
    after,
    from,
    retry: { ...USUAL_RETRY, ...retry },
    concurrency,
    handle: handle as Listener['handle'],
  }
}

/**
 * Listeners in an order in which each comes behind those that it is `after`. Throws for two of one name, for one that is
 * after a stranger or after a listener of other events, and for a circle, naming it.
 */
export function inOrder(listeners: readonly Listener[]): readonly Listener[] {
  refuseTwins(listeners)
  const ordered: Listener[] = []
  const visit = (listener: Listener, path: readonly Listener[]) => {
    if (ordered.includes(listener)) return
    if (path.includes(listener)) throw new Error(`Listeners wait for each other: ${circleOf(path, listener)}.`)
    for (const before of listener.after) {
      refuseStranger(listeners, listener, before)
      visit(before, [...path, listener])
    }
    ordered.push(listener)
  }
  for (const each of listeners) visit(each, [])
  return ordered
}

const circleOf = (path: readonly Listener[], again: Listener): string =>
  [...path.slice(path.indexOf(again)), again].map(({ name }) => name).join(' after ')

function refuseTwins(listeners: readonly Listener[]): void {
  const names = listeners.map(({ name }) => name)
  const twin = names.find((name, index) => names.indexOf(name) !== index)
  if (twin !== undefined) throw new Error(`Two listeners are called ${twin}.`)
}

function refuseStranger(listeners: readonly Listener[], { name, events }: Listener, before: Listener): void {
  if (!listeners.includes(before)) {
    throw new Error(`${name} comes after ${before.name}, which is not among the listeners of its service.`)
  }
  const strange = events.find((event) => !before.events.includes(event))
  if (strange) throw new Error(`${name} listens to ${strange.type}, but ${before.name}, which comes first, does not.`)
}
