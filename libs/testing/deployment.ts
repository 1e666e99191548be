import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { createServiceProcess } from './process.ts'
import { createDatabase } from './servers/database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the deployment under test answers. */
    base_url: string
    /** The process of it that was started here, and where it leaves what it covered; only when coverage is measured. */
    measured: { readonly pid: number; readonly folder: string } | undefined
  }
}

/** Makes a process write down what it covered whenever it gets a signal, not only at its end. */
const COVER = 'data:text/javascript,import{takeCoverage}from"node:v8";process.on("SIGUSR2",takeCoverage)'

/**
 * Vitest's global set-up of the external tests: they run against the deployment at `BASE_URL`, or against one that is
 * started here, as `npm start` does it, on a free port with data of its own: on SQLite, or in a database of its own on
 * the server at `TEST_DATABASE_URL`. That one has to end with code 0 when it is told to.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.BASE_URL
  if (given) {
    project.provide('base_url', given.replace(/\/$/, ''))
    project.provide('measured', undefined)
    return undefined
  }
  const server = process.env.TEST_DATABASE_URL
  const database = server ? await createDatabase(server) : undefined
  const { NODE_V8_COVERAGE } = process.env
  const folder = NODE_V8_COVERAGE ? join(dirname(NODE_V8_COVERAGE), 'deployment') : undefined
  const deployment = await createServiceProcess({
    command: [process.execPath, ...(folder ? ['--import', COVER] : []), 'apps/main.ts'],
    env: { ENV: 'development', LOG_LEVEL: 'warn', DATABASE_URL: database?.url, NODE_V8_COVERAGE: folder },
  })
  await deployment.start()
  project.provide('base_url', deployment.url)
  project.provide('measured', folder && deployment.pid ? { pid: deployment.pid, folder } : undefined)
  return async () => {
    const { code, signal, output } = await deployment.end('SIGTERM')
    await deployment.destroy()
    if (folder) await rm(folder, { recursive: true, force: true })
    await database?.drop()
    if (output) project.vitest.logger.warn(output)
    if (code !== 0) {
      throw new Error(`The deployment ended with ${signal ?? `code ${code}`} after SIGTERM, not with code 0.`)
    }
  }
}
