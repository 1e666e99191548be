import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, type Log, unavailable } from '@mainspring/core'
import { DatabaseFault, type Engine, isAway } from './engine.ts'

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
  /** Milliseconds to wait for a server that is not there yet, or for another process to let go of an embedded file. */
  readonly patience?: number
  /** SQLite: false trades the last commits before a power cut for speed. */
  readonly durable?: boolean
}

/**
 * Opens what a URL names; waits for a server that is starting. Throws `database_unavailable`, which names it without its
 * password and says why, and `database_in_use`.
 */
export async function openEngine(location: Location, options: OpenOptions): Promise<Engine> {
  const { log, patience = 30_000 } = options
  if (!isDatabaseUrl(location.url))
    throw new Error('The URL of a database begins with sqlite:, postgres:// or mysql://.')
  const deadline = performance.now() + patience
  for (let attempts = 0; ; attempts++) {
    try {
      return await open(location, { ...options, patience })
    } catch (error) {
      if (error instanceof AppError) throw error
      const name = nameOf(location.url)
      if (!isAway(error) || performance.now() > deadline) {
        const detail = `The database ${name} cannot be ${isAway(error) ? 'reached' : 'opened'}: ${reasonOf(error)}.`
        throw unavailable('database_unavailable', { detail, cause: error })
      }
      if (attempts === 0) log.warn({ database: name, reason: reasonOf(error) }, 'waiting for the database')
      await sleep(ASK_AGAIN_AFTER)
    }
  }
}

const ASK_AGAIN_AFTER = 250

/** What the driver says. Several addresses of one host fail with an error without a message. */
function reasonOf(error: unknown): string {
  const cause = error instanceof DatabaseFault ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  return cause.message || ('code' in cause ? String(cause.code) : cause.name)
}

/** Whether a URL is one that `openEngine` knows. */
export const isDatabaseUrl = (url: string): boolean =>
  /^sqlite:./.test(url) || (/^(postgres(ql)?|mysql|mariadb):\/\//.test(url) && URL.canParse(url))

/** A URL without its password, for people. */
export function nameOf(url: string): string {
  if (url.startsWith('sqlite:')) return url
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

/** Milliseconds in which a process that is told to end lets go of its files. */
const LONGEST_DRAIN = 9_000

async function open(
  { url, direct_url, service, is_shared = false }: Location,
  options: OpenOptions & { readonly patience: number },
): Promise<Engine> {
  const scheme = url.slice(0, url.indexOf(':'))
  const direct = direct_url === undefined ? {} : { direct_url }
  // A driver is loaded only when it is used: each costs a tenth of a second at start.
  switch (scheme) {
    case 'sqlite': {
      const { openSqlite } = await import('./engines/sqlite.ts')
      return openSqlite({ ...options, file: sqliteFile(url), patience: Math.min(options.patience, LONGEST_DRAIN) })
    }
    case 'postgres':
    case 'postgresql': {
      const { openPostgres } = await import('./engines/postgres.ts')
      const { url: plain, prepare } = withoutPrepare(url)
      return openPostgres({ ...options, ...direct, url: plain, schema: service.replaceAll('-', '_'), prepare })
    }
    default: {
      const { openMysql } = await import('./engines/mysql.ts')
      return openMysql({ ...options, ...direct, url, database: mysqlDatabase(url, service, is_shared) })
    }
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
