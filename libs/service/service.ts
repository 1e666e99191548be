import type { ErrorCodes, Fields, ObjectOf } from '@mainspring/core'
import type { Entity, FixtureSet, Writes } from '@mainspring/data'
import type { Resource } from '@mainspring/resource'

/** A service as data: whoever runs it needs nothing else. */
export interface Service {
  /** Lower case; names its database, its variables and its scopes. */
  readonly name: string
  readonly description: string
  readonly config: Fields
  readonly connect: (config: never) => object
  readonly entities: readonly Entity[]
  readonly resources: readonly Resource[]
  readonly codes: ErrorCodes
  readonly fixtures: readonly FixtureSet[]
  /** Its folder of migrations. */
  readonly migrations: URL
}

type NeedsOf<R> = R extends Resource<infer N> ? N : never
type Intersected<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never

/** What must be connected: everything that the use cases need and the kernel does not give. */
export type Ports<R extends readonly Resource[]> = Omit<Intersected<NeedsOf<R[number]>>, keyof Writes>

/** What a service states of itself. */
export interface ServiceOptions<C extends Fields, R extends readonly Resource[]> {
  readonly name: string
  readonly description: string
  /** Settings of its own; `media_root` is read from `SNACKS_MEDIA_ROOT`. */
  readonly config?: C
  /** Makes the ways out that its use cases need. A port that is missing is a type error here. */
  readonly connect: (config: ObjectOf<C>) => NoInfer<Ports<R>>
  readonly entities: readonly Entity[]
  readonly resources: R
  /** The codes of the errors that its use cases throw, for documents and tests. */
  readonly codes?: ErrorCodes
  /** Loaded in this order. */
  readonly fixtures?: readonly FixtureSet[]
  readonly migrations: URL
}

/**
 * Declares a service. Throws for a resource whose entity is not among its entities: nobody would make its table.
 *
 *     export const sprockets = service({ name: 'sprockets', connect: () => ({}), entities: [Sprocket], … })
 */
export function service<
  const C extends Fields = Record<never, never>,
  const R extends readonly Resource[] = readonly Resource[],
>(options: ServiceOptions<C, R>): Service {
  const { name, entities, resources } = options
  const stray = resources.find(({ entity }) => !entities.includes(entity))
  if (stray) throw new Error(`${name} serves ${stray.entity.collection}, which is not among its entities.`)
  return { config: {}, codes: {}, fixtures: [], ...options }
}
