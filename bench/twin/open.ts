import type { FastifyInstance } from 'fastify'
import type { Resource } from '../resources/resource.ts'
import { createApp } from './app.ts'

/** Opens the twin of a resource on a database; it does not listen yet. */
export async function openTwin(
  resource: Resource,
  url: string,
  { grouped }: { readonly grouped: boolean },
): Promise<FastifyInstance> {
  const app = createApp()
  if (url.startsWith('sqlite:')) {
    const { addSqliteRoutes } = await import('./sqlite.ts')
    addSqliteRoutes(app, resource, url.slice('sqlite:'.length), grouped)
  } else {
    const { addPostgresRoutes } = await import('./postgres.ts')
    await addPostgresRoutes(app, resource, url)
  }
  return app
}
