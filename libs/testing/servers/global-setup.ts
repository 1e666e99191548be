import { once } from 'node:events'
import { createServer } from 'node:http'
import type { EngineName } from '@mainspring/data'
import type { TestProject } from 'vitest/node'
import { findMariadbProblem, startMariadb } from './mariadb.ts'
import { findPostgresProblem, startPostgres } from './postgres.ts'
import type { DatabaseServer } from './server.ts'

/** The engines that are servers. MySQL is tested with MariaDB, unless `TEST_DATABASE_URL` says otherwise. */
export type ServerEngine = Exclude<EngineName, 'sqlite'>

/** What every test file is told about the servers of the run. */
export interface TestServers {
  /** Where `GET /postgres` and `GET /mysql` answer with the URL of a running server, started by the first who asks. */
  readonly address: string
  readonly problems: Readonly<Record<ServerEngine, string | undefined>>
}

declare module 'vitest' {
  interface ProvidedContext {
    test_servers: TestServers
  }
}

/**
 * Vitest's global set-up: one server per engine for all test files and workers of a run, started when first asked for
 * and ended with the run. `TEST_DATABASE_URL` puts an existing server in the place of one of its own.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = readGiven()
  const running = new Map<ServerEngine, Promise<DatabaseServer>>()
  const problems = {
    postgres: given.postgres ? undefined : findPostgresProblem(),
    mysql: given.mysql ? undefined : findMariadbProblem(),
  }
  for (const [engine, problem] of Object.entries(problems)) {
    if (problem) project.vitest.logger.warn(`Tests on ${engine} cannot run: ${problem}.`)
  }

  const door = createServer(async (request, response) => {
    try {
      const engine = request.url === '/postgres' ? 'postgres' : 'mysql'
      if (problems[engine]) throw new Error(problems[engine])
      response.end(given[engine] ?? (await findOrStart(running, engine)).url)
    } catch (error) {
      response.writeHead(503).end(error instanceof Error ? error.message : String(error))
    }
  })
  await once(door.listen(0, '127.0.0.1'), 'listening')
  const address = door.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  project.provide('test_servers', { address: `http://127.0.0.1:${address.port}`, problems })

  return async () => {
    door.close()
    door.closeAllConnections()
    for (const result of await Promise.allSettled(running.values())) {
      if (result.status === 'fulfilled') await result.value.destroy()
    }
  }
}

function readGiven(): Partial<Record<ServerEngine, string>> {
  const url = process.env.TEST_DATABASE_URL ?? ''
  if (/^postgres(ql)?:/.test(url)) return { postgres: url }
  return /^(mysql|mariadb):/.test(url) ? { mysql: url } : {}
}

/** The promise is kept, so that those who ask at the same time get the same server, or the same error. */
function findOrStart(running: Map<ServerEngine, Promise<DatabaseServer>>, engine: ServerEngine) {
  const server = running.get(engine) ?? (engine === 'postgres' ? startPostgres() : startMariadb())
  running.set(engine, server)
  return server
}
