import { once } from 'node:events'
import { createServer } from 'node:http'
import type { EngineName } from '@mainspring/data'
import type { TestProject } from 'vitest/node'
import { findKinesisProblem, startKinesis } from './kinesis.ts'
import { findMariadbProblem, startMariadb } from './mariadb.ts'
import { findNatsProblem, startNats } from './nats.ts'
import { findPostgresProblem, startPostgres } from './postgres.ts'
import { findRedisProblem, startRedis } from './redis.ts'
import type { TestServer } from './server.ts'

/** The engines that are servers. MySQL is tested with MariaDB, unless `TEST_DATABASE_URL` says otherwise. */
export type ServerEngine = Exclude<EngineName, 'sqlite'>

/** The servers that a run may have. */
export type ServerName = ServerEngine | 'nats' | 'kinesis' | 'redis'

/** What every test file is told about the servers of the run. */
export interface TestServers {
  /** Where `GET /postgres` and the like answer with the URL of a running server, started by the first who asks. */
  readonly address: string
  readonly problems: Readonly<Record<ServerName, string | undefined>>
}

const SERVERS: Readonly<
  Record<ServerName, { readonly start: () => Promise<TestServer>; readonly findProblem: () => string | undefined }>
> = {
  postgres: { start: startPostgres, findProblem: findPostgresProblem },
  mysql: { start: startMariadb, findProblem: findMariadbProblem },
  nats: { start: startNats, findProblem: findNatsProblem },
  kinesis: { start: startKinesis, findProblem: findKinesisProblem },
  redis: { start: startRedis, findProblem: findRedisProblem },
}

declare module 'vitest' {
  interface ProvidedContext {
    test_servers: TestServers
  }
}

/**
 * Vitest's global set-up: one server of each kind for all test files and workers of a run, started when first asked for
 * and ended with the run. `TEST_DATABASE_URL` puts an existing server in the place of one of its own.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = readGiven()
  const running = new Map<ServerName, Promise<TestServer>>()
  const problemOf = (name: ServerName) => (given[name] ? undefined : SERVERS[name].findProblem())
  const problems = {
    postgres: problemOf('postgres'),
    mysql: problemOf('mysql'),
    nats: problemOf('nats'),
    kinesis: problemOf('kinesis'),
    redis: problemOf('redis'),
  }
  for (const [name, problem] of Object.entries(problems)) {
    if (problem) project.vitest.logger.warn(`Tests on ${name} cannot run: ${problem}.`)
  }

  const door = createServer(async (request, response) => {
    try {
      const name = request.url?.slice(1) ?? ''
      if (!isServer(name)) throw new Error(`There is no server called ${name}.`)
      if (problems[name]) throw new Error(problems[name])
      response.end(given[name] ?? (await findOrStart(running, name)).url)
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

const isServer = (name: string): name is ServerName => Object.hasOwn(SERVERS, name)

function readGiven(): Partial<Record<ServerName, string>> {
  const url = process.env.TEST_DATABASE_URL ?? ''
  if (/^postgres(ql)?:/.test(url)) return { postgres: url }
  return /^(mysql|mariadb):/.test(url) ? { mysql: url } : {}
}

/** The promise is kept, so that those who ask at the same time get the same server, or the same error. */
function findOrStart(running: Map<ServerName, Promise<TestServer>>, name: ServerName) {
  const server = running.get(name) ?? SERVERS[name].start()
  running.set(name, server)
  return server
}
