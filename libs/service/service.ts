import type { ErrorCodes, Fields, ObjectOf } from '@mainspring/core'
import type { Entity, FixtureSet } from '@mainspring/data'
import {
  type EventType,
  inOrder,
  type Listener,
  type Queue,
  type Schedule,
  sourceOf,
  type Writes,
} from '@mainspring/events'
import type { Resource } from '@mainspring/resource'

/** A service as data: whoever runs it needs nothing else. */
export interface Service {
  /** Lower case; names its database, its variables and its scopes. */
  readonly name: string
  readonly description: string
  readonly config: Fields
  readonly connect: (config: never, place: Place) => object
  readonly entities: readonly Entity[]
  readonly resources: readonly Resource[]
  readonly events: readonly EventType[]
  readonly listeners: readonly Listener[]
  readonly queues: readonly Queue[]
  readonly schedules: readonly Schedule[]
  readonly codes: ErrorCodes
  readonly fixtures: readonly FixtureSet[]
  /** Its folder of the media that they refer to. */
  readonly fixture_media: URL | undefined
  /** Its folder of migrations. */
  readonly migrations: URL
}

/** Where a process keeps files. */
export interface Place {
  /** All services' pictures, which are served under `/media`. */
  readonly media_folder: string
}

type NeedsOf<W> = W extends Resource<infer N> | Listener<infer N> | Queue<Fields, infer N> | Schedule<infer N>
  ? N
  : never
type Intersected<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never

/** What must be connected: everything that the use cases need and the kernel does not give. */
export type Ports<W> = Omit<Intersected<NeedsOf<W>>, keyof Writes>

/** What a service states of itself. */
export interface ServiceOptions<
  C extends Fields,
  R extends readonly Resource[],
  L extends readonly Listener[],
  Q extends readonly Queue[],
  S extends readonly Schedule[],
> {
  readonly name: string
  readonly description: string
  /** Settings of its own; `media_root` is read from `SNACKS_MEDIA_ROOT`. */
  readonly config?: C
  /** Makes the ways out that its use cases need. A port that is missing is a type error here. */
  readonly connect: (config: ObjectOf<C>, place: Place) => NoInfer<Ports<R[number] | L[number] | Q[number] | S[number]>>
  readonly entities: readonly Entity[]
  readonly resources: R
  /** What it may emit. */
  readonly events?: readonly EventType[]
  /** What it does about events, its own and others'. */
  readonly listeners?: L
  /** Work that it does later. */
  readonly queues?: Q
  /** What it does at certain times. */
  readonly schedules?: S
  /** The codes of the errors that its use cases throw, for documents and tests. */
  readonly codes?: ErrorCodes
  /** Loaded in this order. */
  readonly fixtures?: readonly FixtureSet[]
  /** A folder of media that fixtures refer to, as `createMedia` keeps them: what is missing is copied when those are loaded. */
  readonly fixture_media?: URL
  readonly migrations: URL
}

/**
 * Declares a service. Throws for a resource whose entity is not among its entities, since nobody would make its table, for an
 * event, a listener or a queue that is called after another service, for two of one name, and for listeners that wait for each
 * other.
 *
 *     export const sprockets = service({ name: 'sprockets', connect: () => ({}), entities: [Sprocket], … })
 */
export function service<
  const C extends Fields = Record<never, never>,
  const R extends readonly Resource[] = readonly Resource[],
  const L extends readonly Listener[] = readonly [],
  const Q extends readonly Queue[] = readonly [],
  const S extends readonly Schedule[] = readonly [],
>(options: ServiceOptions<C, R, L, Q, S>): Service {
  const { name, entities, resources, events = [], listeners = [], queues = [] } = options
  const stray = resources.find(({ entity }) => !entities.includes(entity))
  if (stray) throw new Error(`${name} serves ${stray.entity.collection}, which is not among its entities.`)
  const unheard = resources.flatMap(({ cached }) => cached?.clearedBy ?? []).find((event) => !events.includes(event))
  if (unheard) throw new Error(`${name} cannot clear a cache by ${unheard.type}, which is not among its events.`)
  const foreign = events.find((event) => sourceOf(event) !== name)
  if (foreign) throw new Error(`${name} cannot emit ${foreign.type}: its events are called ${name}.….`)
  refuseStrangeNames(
    name,
    [...listeners, ...queues].map((each) => each.name),
  )
  inOrder(listeners)
  return {
    ...{ config: {}, events: [], listeners: [], queues: [], schedules: [], codes: {}, fixtures: [] },
    fixture_media: undefined,
    ...options,
  }
}

/** Whoever keeps it running knows listeners and queues by their names alone. */
function refuseStrangeNames(service: string, names: readonly string[]): void {
  const strange = names.find((name) => !name.startsWith(`${service}.`))
  if (strange !== undefined) throw new Error(`${strange} must be called ${service}.…, as it is of ${service}.`)
  const twin = names.find((name, index) => names.indexOf(name) !== index)
  if (twin !== undefined) throw new Error(`Two listeners or queues are called ${twin}.`)
}
