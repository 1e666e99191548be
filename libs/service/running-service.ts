import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Caches } from '@mainspring/cache'
import { AppError, type Clock, createIds, type Log, type Tracer, traceIdOf } from '@mainspring/core'
import {
  createDatabase,
  type Database,
  isAway,
  isDatabaseUrl,
  isDrafted,
  type Location,
  type MigrationSet,
  migrate,
  migrationStatus,
  openEngine,
  type Writer,
} from '@mainspring/data'
import { createServiceEvents, eventTables, type Origin, type ServiceEvents } from '@mainspring/events'
import type { Request, Route } from '@mainspring/http'
import { copyMedia } from '@mainspring/media'
import {
  createPageTokens,
  deleteExpiredKeys,
  loadSecret,
  type PageTokens,
  type Runtime,
  resourceTables,
} from '@mainspring/resource'
import { createAnswerCaches } from './answer-caches.ts'
import type { Operated } from './operations/operated.ts'
import type { Place, Service } from './service.ts'
import { isCasual, type KernelSettings, readSettings, retentionOf, SettingsError, variableOf } from './settings.ts'

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a service is started with. */
export interface StartOptions {
  readonly settings: KernelSettings
  readonly environment: Environment
  /** Where its tables are. */
  readonly location: Location
  readonly log: Log
  readonly clock: Clock
  readonly tracer?: Tracer | undefined
}

/** What a service that is served is started with. */
export interface ServeOptions extends StartOptions {
  /** Those of the process. */
  readonly caches: Caches
}

/** A service that has its database and can take requests. */
export interface RunningService {
  readonly name: string
  readonly routes: readonly Route[]
  /** What it emits, hears and does later; it has not begun to. */
  readonly events: ServiceEvents
  /** What operations are about. */
  readonly operated: Operated
  readonly tokens: PageTokens
  /** Rejects when it cannot work now. */
  readonly ready: () => Promise<void>
  readonly status: () => Promise<{ readonly database: string; readonly migration: string }>
  readonly stop: () => Promise<void>
}

/** Milliseconds between two clearings of old idempotency keys. */
const CLEARING = 3_600_000

/** Opens a service's database, brings it up to date as `env` wants it, and builds its routes. */
export async function startService(service: Service, options: ServeOptions): Promise<RunningService> {
  const { settings, environment, location, log, clock, tracer } = options
  const config = readSettings(service.config, environment, service.name)
  const database = await openDatabase(service, options)
  try {
    await prepare(service, database, options)
    // `service` checked that `connect` takes what `config` describes.
    const ports = (service.connect as (config: object, place: Place) => object)(config, {
      media_folder: mediaFolder(settings),
    })
    const store = { service: service.name, database, clock, log, instance: randomUUID(), tracer }
    const events = createServiceEvents(store, service, ports, retentionOf(settings))
    const declared = new Set(service.resources.flatMap(({ cached }) => cached ?? []))
    const answers = createAnswerCaches(location.service, declared, options)
    const runtime: Runtime = {
      service: service.name,
      database,
      clock,
      tokens: createPageTokens(await loadSecret(database, clock, 'page_tokens')),
      ports,
      abilitiesOf(db, request) {
        const { emit, enqueue } = events.publishing(db, asUnit(tracer, db, originOf(request)))
        return { emit: answers.clearing(db, emit), enqueue }
      },
      follow: events.follow,
      cacheOf: answers.cacheOf,
    }
    await answers.watch(events.follow)
    const clearing = setInterval(() => void clearExpired(runtime, log), CLEARING).unref()
    return {
      name: service.name,
      routes: service.resources.flatMap((resource) => resource.routes(runtime)),
      events,
      operated: {
        name: service.name,
        store,
        declared: service,
        sourceLags: events.sourceLags,
        pruned_unread: events.pruned_unread,
        wake: events.wake,
      },
      tokens: runtime.tokens,
      ready: database.ping,
      status: async () => ({
        database: database.engine.version,
        migration: await levelOf(service, database),
      }),
      async stop() {
        clearInterval(clearing)
        answers.stop()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** What follows from a request says so, and belongs to its trace. */
function originOf(request: Request): Origin {
  const traceparent = request.header('traceparent')
  if (traceIdOf(traceparent) === undefined) return { requestid: request.id }
  const tracestate = request.header('tracestate')
  const isShort = tracestate !== undefined && tracestate.length <= LONGEST_STATE
  return { requestid: request.id, traceparent, tracestate: isShort ? tracestate : undefined }
}

/** Characters of a `tracestate` that everybody has to hand on: https://www.w3.org/TR/trace-context/#tracestate-limits. */
const LONGEST_STATE = 512

/** Tells of a unit of work until its commit, if there is a tracer; one that is undone is not told. */
function asUnit(tracer: Tracer | undefined, db: Writer, origin: Origin): Origin {
  if (!tracer) return origin
  const span = tracer.start('unit of work', { parent: origin })
  db.afterCommit(() => span.end())
  return { ...origin, ...span.context }
}

/** Opens a service's database and nothing else: for commands. */
export async function openDatabase(service: Service, options: StartOptions): Promise<Database> {
  const { settings, location, log, clock } = options
  const engine = await openEngine(location, {
    log,
    pool_size: settings.database_pool_size,
    durable: settings.database_durable,
    patience: settings.database_wait_seconds * 1000,
  })
  return createDatabase({ engine, entities: service.entities, clock, newId: createIds(clock) })
}

/** The variable that names a service's own database. */
export const databaseVariable = (name: string): string => variableOf(name, 'database_url')

/**
 * Where a service's tables are: at its own URL, else the common one, else in a file under `data_dir`. In testing the file,
 * the schema or the database has another name, so that no test finds what a developer has.
 */
export function locationOf(name: string, settings: KernelSettings, environment: Environment): Location {
  const own = environment[databaseVariable(name)] || undefined
  const isTesting = settings.env === 'testing'
  const file = join(settings.data_dir, isTesting ? `${name}.testing.db` : `${name}.db`)
  const url = own ?? settings.database_url ?? `sqlite:${file}`
  if (!isDatabaseUrl(url)) {
    const variable = own === undefined ? 'DATABASE_URL' : databaseVariable(name)
    throw new SettingsError([`${variable} must be sqlite:FILE, postgres://… or mysql://….`])
  }
  return {
    url,
    direct_url: settings.database_direct_url ?? undefined,
    service: isTesting ? `${name}-testing` : name,
    is_shared: own === undefined,
  }
}

/** Where all services' media are; in testing in a folder of its own. */
export const mediaFolder = ({ data_dir, env }: KernelSettings): string =>
  join(data_dir, env === 'testing' ? 'media.testing' : 'media')

/** A service's own tables and migrations. */
export const ownTables = ({ name, migrations, entities }: Service): MigrationSet => ({
  name,
  directory: migrations,
  tables: entities,
})

/** The migrations that a service's database needs: the kernel's, then its own. */
export const migrationSets = (service: Service): readonly MigrationSet[] => [
  resourceTables,
  eventTables,
  ownTables(service),
]

async function prepare(service: Service, database: Database, options: StartOptions): Promise<void> {
  const { settings, log, clock } = options
  if (isCasual(settings)) {
    requireDrafts(service)
    await migrate(database.engine, migrationSets(service), log)
  } else await requireMigrations(service, database)
  if (settings.fixtures ?? settings.env === 'development') {
    await copyFixtureMedia(service, settings, log)
    await loadFixtures(service, database, { log, clock })
  }
}

/**
 * Loads what is missing; with `reset`, makes all fixtures anew. Of several instances that load at once the first makes the
 * rows; the others find the ids taken, and on looking again find nothing missing. Resolves to how many rows it made.
 */
export async function loadFixtures(
  service: Service,
  database: Database,
  { log, clock, reset = false }: Pick<StartOptions, 'log' | 'clock'> & { readonly reset?: boolean },
): Promise<number> {
  let loaded = 0
  for (const set of service.fixtures) {
    const load = () => set.load(database, { reset, clock })
    const rows = await load().catch((error) => (isTaken(error) ? load() : Promise.reject(error)))
    if (rows > 0) log.info({ service: service.name, collection: set.entity.collection, rows }, 'loaded fixtures')
    loaded += rows
  }
  return loaded
}

/** Copies the pictures that fixtures refer to, if they are missing; before the fixtures, so that none refers to nothing. */
export async function copyFixtureMedia(
  { name, fixture_media }: Service,
  settings: KernelSettings,
  log: Log,
): Promise<void> {
  if (!fixture_media) return
  const files = await copyMedia(fileURLToPath(fixture_media), mediaFolder(settings))
  if (files > 0) log.info({ service: name, files }, 'copied the media of fixtures')
}

const isTaken = (error: unknown): boolean => error instanceof AppError && error.code === 'already_exists'

function requireDrafts(service: Service): void {
  if (isDrafted(ownTables(service))) return
  throw new SettingsError([
    `The entities of ${service.name} changed, and no migration was drafted: run \`make migration NAME=…\`.`,
  ])
}

/** Throws a `SettingsError` that names the migrations that are pending. */
export async function requireMigrations(service: Service, database: Database): Promise<void> {
  const { pending } = await migrationStatus(database.engine, migrationSets(service))
  if (pending.length > 0) {
    throw new SettingsError([
      `The database of ${service.name} lacks ${pending.join(', ')}: run \`make migrate\` first.`,
    ])
  }
}

/**
 * The last migration that was applied, kernel's and service's alike: `sprockets/0001_initial.sql`. Who asks for the status
 * wants to know what is wrong, so a database that is away is an answer, too.
 */
async function levelOf(service: Service, { engine }: Database): Promise<string> {
  try {
    const { applied } = await migrationStatus(engine, migrationSets(service))
    return applied.at(-1) ?? 'none'
  } catch (error) {
    if (!isAway(error)) throw error
    return 'unknown: the database cannot be reached'
  }
}

async function clearExpired({ database, clock, service }: Runtime, log: Log): Promise<void> {
  try {
    const keys = await deleteExpiredKeys(database, clock)
    log.debug({ service, keys }, 'cleared old idempotency keys')
  } catch (error) {
    log.warn({ service, err: error }, 'old idempotency keys stay until the next time')
  }
}
