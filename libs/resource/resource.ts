import type { Fields } from '@mainspring/core'
import type { Entity } from '@mainspring/data'
import type { Route } from '@mainspring/http'
import type { AnswerCache } from './answer-cache.ts'
import type { Fitting, Methods, NeedsOf } from './declaration.ts'
import { buildRoutes } from './routes.ts'
import type { Runtime } from './runtime.ts'

/** All standard and batch methods, each the kernel's own way: `resource(Sprocket, everyMethod)`. */
export const everyMethod = {
  list: true,
  get: true,
  create: true,
  update: true,
  apply: true,
  delete: true,
  batchGet: true,
  batchCreate: true,
  batchUpdate: true,
  batchDelete: true,
} as const

/** An entity with its methods: the routes that a service serves for it. `N` is what its use cases need. */
export interface Resource<N = never> {
  readonly entity: Entity
  readonly cached: AnswerCache | undefined
  readonly routes: (runtime: Runtime) => readonly Route[]
  /** Never called: carries the type of what must be connected. */
  readonly needs?: (needs: N) => void
}

/**
 * Declares the methods of an entity.
 *
 *     export const sprockets = resource(Sprocket, { list: true, get: true, create: true })
 */
export function resource<C extends Fields, const M extends Methods<C>>(
  entity: Entity<C>,
  methods: M & Fitting<C, M>,
): Resource<NeedsOf<M>> {
  // From here on what a use case wants is no longer known to the types; `Fitting` has checked it.
  const untyped = methods as unknown as Methods
  return { entity, cached: untyped.cached, routes: (runtime) => buildRoutes(runtime, entity, untyped) }
}
