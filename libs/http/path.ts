import type { Route } from './route.ts'

/** The names that belong to the kernel: documents, health, metrics and operations look the same on every service. */
const RESERVED =
  /^\/(?:$|(?:openapi\.json|asyncapi\.json|docs|healthz|readyz|status|metrics|media|v1\/operations)(?![^/:]))/

/** Stops the start when routes contradict each other or the kernel, naming both. */
export function checkPaths(routes: readonly Route[]): void {
  const claimed = new Map<string, Route>()
  for (const route of routes) {
    if (RESERVED.test(route.path)) throw new Error(`${describe(route)} claims a path that belongs to the kernel.`)
    const path = route.path.replaceAll(PARAMETER, '{}')
    const other = claimed.get(`${route.method} ${path}`) ?? claimed.get(path)
    if (other && (other.method === route.method || other.operation.tag !== route.operation.tag)) {
      throw new Error(`Two routes claim one path: ${describe(other)} and ${describe(route)}.`)
    }
    claimed.set(path, route).set(`${route.method} ${path}`, route)

    const named = [...route.path.matchAll(PARAMETER)].map(([, name]) => name)
    const declared = Object.keys(route.params ?? {})
    if (named.toSorted().join() !== declared.toSorted().join()) {
      throw new Error(
        `${describe(route)} names the parameters ${list(named)} in its path, but declares ${list(declared)}.`,
      )
    }
  }
}

const list = (names: readonly unknown[]): string => names.join(', ') || 'none'

const describe = ({ method, path, operation }: Route): string =>
  `${method} ${path} (${operation.id} of ${operation.tag})`

const PARAMETER = /\{(\w+)\}/g

/** A path as the router writes it. A parameter never holds a slash or a colon, so that custom methods cannot be mistaken for ids. */
export const toRouterPath = (path: string): string => path.replaceAll(':', '::').replaceAll(PARAMETER, ':$1([^:/]+)')

/** Answers which methods a path takes, for 405 and OPTIONS; undefined where nothing lives. */
export type AllowedMethods = (path: string) => string | undefined

/** Collects the methods of each path. It is asked only after no route was found, so a walk over all of them will do. */
export function createAllowedMethods(routes: readonly Route[]): AllowedMethods {
  const byPath = Map.groupBy(routes, ({ path }) =>
    path.replaceAll(PARAMETER, '(?:(?!%2[fF]|%3[aA])[^:/])+').replaceAll('.', '\\.'),
  )
  const patterns = [...byPath].map(([pattern, group]) => ({
    pattern: new RegExp(`^${pattern}$`),
    methods: group.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
  }))
  return (path) => {
    const methods = patterns.filter(({ pattern }) => pattern.test(path)).flatMap((entry) => entry.methods)
    return methods.length > 0 ? [...new Set(methods), 'OPTIONS'].join(', ') : undefined
  }
}
