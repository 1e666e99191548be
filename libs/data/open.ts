import { setTimeout as sleep } from 'node:timers/promises'
import { type Log, unavailable } from '@mainspring/core'
import { DatabaseFault, type Engine } from './engine.ts'

/** Where a service's tables are. */
export interface Location {
  /** `sqlite:FILE`, `postgres://`, `postgresql://`, `mysql://` or `mariadb://`. */
  readonly url: string
  /** Leads to the server itself when `url` leads to a pooler. */
  readonly direct_url?: string | undefined
  /** Names the schema on PostgreSQL; on MariaDB and MySQL the database, if the URL names none. */
  readonly service: string
  /** The URL serves several services: on MariaDB and MySQL each gets a database of its own, `<database>_<service>`. */
  readonly is_shared?: boolean
}

/** How to open it. */
export interface OpenOptions {
  readonly log: Log
  readonly pool_size?: number
  /** Milliseconds to wait for a server that is not there yet. */
  readonly patience?: number
  /** SQLite: false trades the last commits before a power cut for speed. */
  readonly durable?: boolean
}

/** Opens what a URL names; waits for a server that is starting, then throws `database_unavailable` naming it without its password. */
export async function openEngine(location: Location, options: OpenOptions): Promise<Engine> {
  const { log, patience = 30_000 } = options
  const deadline = performance.now() + patience
  for (let attempts = 0; ; attempts++) {
    try {
      return await open(location, options)
    } catch (error) {
      if (!(error instanceof DatabaseFault && error.kind === 'unavailable')) throw error
      const name = nameOf(location.url)
      if (performance.now() > deadline) {
        throw unavailable('database_unavailable', { detail: `The database ${name} cannot be reached.`, cause: error })
      }
      if (attempts === 0) log.warn({ database: name }, 'waiting for the database')
      await sleep(250)
    }
  }
}

/** A URL without its password, for people. */
export function nameOf(url: string): string {
  if (url.startsWith('sqlite:')) return url
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

async function open({ url, direct_url, service, is_shared = false }: Location, options: OpenOptions): Promise<Engine> {
  const scheme = url.slice(0, url.indexOf(':'))
  const direct = direct_url === undefined ? {} : { direct_url }
  // A driver is loaded only when it is used: each costs a tenth of a second at start.
  switch (scheme) {
    case 'sqlite': {
      const { openSqlite } = await import('./engines/sqlite.ts')
      return openSqlite({ ...options, file: sqliteFile(url) })
    }
    case 'postgres':
    case 'postgresql': {
      const { openPostgres } = await import('./engines/postgres.ts')
      const { url: plain, prepare } = withoutPrepare(url)
      return openPostgres({ ...options, ...direct, url: plain, schema: service.replaceAll('-', '_'), prepare })
    }
    case 'mysql':
    case 'mariadb': {
      const { openMysql } = await import('./engines/mysql.ts')
      return openMysql({ ...options, ...direct, url, database: mysqlDatabase(url, service, is_shared) })
    }
    default:
      throw new Error(`${nameOf(url)} is no database that is known here: sqlite:, postgres: or mysql:.`)
  }
}

/** `sqlite:data/x.db`, `sqlite:/data/x.db` and `sqlite:///data/x.db` all name a file. */
export const sqliteFile = (url: string): string => url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '')

/** `?prepare=false` is ours, not the driver's: it says that the URL leads to a pooler in transaction mode. */
function withoutPrepare(url: string): { readonly url: string; readonly prepare: boolean } {
  const parsed = new URL(url)
  const prepare = parsed.searchParams.get('prepare') !== 'false'
  parsed.searchParams.delete('prepare')
  return { url: parsed.href, prepare }
}

function mysqlDatabase(url: string, service: string, isShared: boolean): string {
  const named = decodeURIComponent(new URL(url).pathname.slice(1))
  const own = service.replaceAll('-', '_')
  if (named === '') return own
  return isShared ? `${named}_${own}` : named
}
