import {
  createDatabase,
  createServiceProcess,
  type ServiceProcess,
  startMariadb,
  startPostgres,
  type TestServer,
} from '@mainspring/testing'
import { WATCHED } from './usage.ts'

/** The databases that a soak runs on. */
export const SERVERS = { sqlite: undefined, postgres: startPostgres, mysql: startMariadb }

export type EngineName = keyof typeof SERVERS

/** A database server of the soak's own, unless the database is embedded, and the services on it. */
export interface Ground {
  readonly engine: EngineName
  readonly server: TestServer | undefined
  /** Starts so many processes of all services on one new database; they end with the ground. */
  readonly startServices: (count?: number) => Promise<readonly ServiceProcess[]>
  readonly clear: () => Promise<void>
}

/** Errors alone are logged: an outage makes a warning of each request, and all output is kept. */
const QUIET = { LOG_LEVEL: 'error' }

export async function prepareGround(engine: EngineName): Promise<Ground> {
  const server = await SERVERS[engine]?.()
  const services: ServiceProcess[] = []
  return {
    engine,
    server,
    async startServices(count = 1) {
      const env = { ...QUIET, ...WATCHED, DATABASE_URL: server && (await createDatabase(server.url)).url }
      const started = await Promise.all(Array.from({ length: count }, () => createServiceProcess({ env })))
      services.push(...started)
      for (const service of started) await service.start()
      return started
    },
    async clear() {
      await Promise.all(services.map((service) => service.destroy()))
      await server?.destroy()
    },
  }
}
