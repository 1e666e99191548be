import type { TestProject } from 'vitest/node'
import { createServiceProcess } from './process.ts'
import { createDatabase } from './servers/database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the deployment under test answers. */
    base_url: string
  }
}

/**
 * Vitest's global set-up of the external tests: they run against the deployment at `BASE_URL`, or against one that is
 * started here, as `npm start` does it, on a free port with data of its own: on SQLite, or in a database of its own on
 * the server at `TEST_DATABASE_URL`. That one has to end with code 0 when it is told to.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.BASE_URL
  if (given) {
    project.provide('base_url', given.replace(/\/$/, ''))
    return undefined
  }
  const server = process.env.TEST_DATABASE_URL
  const database = server ? await createDatabase(server) : undefined
  const env = { ENV: 'development', LOG_LEVEL: 'warn', DATABASE_URL: database?.url }
  const deployment = await createServiceProcess({ env })
  await deployment.start()
  project.provide('base_url', deployment.url)
  return async () => {
    const { code, signal, output } = await deployment.end('SIGTERM')
    await deployment.destroy()
    await database?.drop()
    if (output) project.vitest.logger.warn(output)
    if (code !== 0) {
      throw new Error(`The deployment ended with ${signal ?? `code ${code}`} after SIGTERM, not with code 0.`)
    }
  }
}
