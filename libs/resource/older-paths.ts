import type { Route } from '@mainspring/http'

/**
 * Serves GETs also where clients look that are older than the style, and says in the document that this is deprecated.
 * Throws for a path at which none of the routes reads.
 */
export function withOlderPaths(
  routes: readonly Route[],
  paths: Readonly<Record<string, string>> = {},
): readonly Route[] {
  const older = Object.entries(paths).map(([path, olderPath]): Route => {
    const route = routes.find((each) => each.method === 'GET' && each.path === path)
    if (!route) throw new Error(`Nothing is read at ${path} that ${olderPath} could answer.`)
    const { id, ...operation } = route.operation
    return {
      ...route,
      path: olderPath,
      operation: { ...operation, id: `${id}ForOlderClients`, description: `As ${path}.`, deprecated: true },
    }
  })
  return [...routes, ...older]
}
