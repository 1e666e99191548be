import { once } from 'node:events'
import { createServer as createProbe } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openCaches } from '@mainspring/cache'
import { AppError, type Clock, type Log, systemClock, type Tracer } from '@mainspring/core'
import { memorySource, openTransport, SourceAway, sourcesOf, type Transport } from '@mainspring/events'
import { createServer, filesRoute, type PartStatus, type Route, type ServerOptions } from '@mainspring/http'
import { MEDIA_NAMES, MEDIA_PATH } from '@mainspring/media'
import { createProcessLog, isLoopback, servingSettings } from './checked-settings.ts'
import { ABOUT, describeProcess, VERSION } from './description.ts'
import { createEventDocuments } from './event-documents/documents.ts'
import { createMetricsRoute } from './operations/metrics.ts'
import { createOperationsRoutes } from './operations/routes.ts'
import { type Environment, locationOf, mediaFolder, type RunningService, startService } from './running-service.ts'
import type { Service } from './service.ts'
import { isCasual, type KernelSettings, SettingsError, transportSettings } from './settings.ts'

/** A process that answers requests. */
export interface RunningProcess {
  /** `http://127.0.0.1:8000` */
  readonly url: string
  /** Finishes what it has, takes nothing new, closes the databases. Twice is once. */
  readonly stop: () => Promise<void>
}

/** What a test puts in place of the machine's own. */
export interface ProcessOptions {
  readonly clock?: Clock
  readonly log?: Log
}

/**
 * Seconds of an end. At first it lingers: /readyz says 503, and each answer closes its connection, so that who balances load
 * or keeps a connection knows before the next request. Then what is under way may finish, and what has not is cut. The
 * databases still have to close after that.
 */
const ENDING = { linger: 2, linger_casually: 0.25, drain: 5 }

/** Starts services behind one port. Everything is checked before the port opens; what fails stops what has started. */
export async function startProcess(
  services: readonly Service[],
  environment: Environment,
  options: ProcessOptions = {},
): Promise<RunningProcess> {
  const settings = servingSettings(services, environment)
  const log = options.log ?? createProcessLog(settings)
  const clock = options.clock ?? systemClock
  const running: RunningService[] = []
  const tracer = await openTracer(settings, log)
  const caches = await openCaches(settings.redis_url, { clock, log })
  let transport: Transport | undefined
  const stopAll = async () => {
    await transport?.close()
    caches.close()
    await Promise.all([tracer?.close(), ...running.map((service) => service.stop())])
  }
  try {
    for (const service of services) {
      const location = locationOf(service.name, settings, environment)
      running.push(await startService(service, { settings, environment, location, log, clock, tracer, caches }))
    }
    transport = await openTransport(transportSettings(settings), log)
    await connectServices(services, running, transport, log)
    const server = createServer({ ...serverOptions(services, running, settings, log, clock), tracer })
    const url = await server.listen().catch((error: unknown) => Promise.reject(cannotListen(settings, error)))
    if (settings.workers === 1) announce(log, url, services) // several are announced by who supervises them
    return {
      url,
      stop: onlyOnce(async () => {
        await Promise.all([server.close(), ...running.map(({ events }) => events.stop())])
        await stopAll()
      }),
    }
  } catch (error) {
    await Promise.all(running.map(({ events }) => events.stop()))
    await stopAll()
    throw error
  }
}

/** What it takes is read only if somebody is to be told. */
async function openTracer(settings: KernelSettings, log: Log): Promise<Tracer | undefined> {
  if (settings.otel_exporter_otlp_endpoint === null) return undefined
  const { openCollector } = await import('./open-telemetry.ts')
  return openCollector(settings, VERSION, log)
}

/**
 * Has services hear each other, by the transport if there is one, and each itself. All subscribe before one begins, so that
 * nobody misses what another emits.
 */
async function connectServices(
  services: readonly Service[],
  running: readonly RunningService[],
  transport: Transport | undefined,
  log: Log,
): Promise<void> {
  for (const [index, service] of services.entries()) {
    const wanted = sourcesOf(service)
    const direct = running.filter(({ name }) => wanted.includes(name) && (!transport || name === service.name))
    const others = wanted.filter((name) => !direct.some((each) => each.name === name))
    if (others.length > 0 && !transport)
      log.info({ service: service.name, absent: others }, 'events of services that run elsewhere wait there')
    const sources = [...direct.map(({ events }) => memorySource(events.outbox)), ...(transport?.sources(others) ?? [])]
    await running[index]?.events
      .subscribe(sources)
      .catch((error: unknown) => Promise.reject(cannotListenTo(error, transport)))
  }
  for (const [index, { name, events }] of services.entries()) {
    running[index]?.events.start(events.length > 0 ? transport?.publisher(name) : undefined)
  }
}

function cannotListenTo(error: unknown, transport: Transport | undefined): unknown {
  if (!(error instanceof SourceAway) || !transport) return error
  const where = transport.name === 'nats' ? 'NATS_URL' : 'KINESIS_STREAM and KINESIS_ENDPOINT'
  const what = `${error.types.join(', ')}, to which nobody has listened before`
  const reason = error.message.replace(/\.?$/, '.')
  return new SettingsError([`TRANSPORT=${transport.name} must be there for ${what}; see ${where}. ${reason}`])
}

/** Says where to look, and which processes answer if there are several. */
export function announce(log: Log, url: string, services: readonly Service[], workers?: readonly number[]): void {
  log.info(
    { api: `${url}/v1`, docs: `${url}/docs`, services: services.map(({ name }) => name), workers },
    `ready at ${url}, documented at ${url}/docs`,
  )
}

/** The port to serve on: one that is free in place of 0. Throws when somebody has it. */
export async function findPort(settings: KernelSettings): Promise<number> {
  const probe = createProbe().listen(settings.port, settings.host)
  try {
    await once(probe, 'listening')
    const address = probe.address()
    return typeof address === 'object' && address !== null ? address.port : settings.port
  } catch (error) {
    throw cannotListen(settings, error)
  } finally {
    probe.close()
  }
}

function cannotListen({ host, port }: KernelSettings, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error
  const reason = error.code === 'EADDRINUSE' ? 'another process does; PORT=… chooses another port' : error.message
  return new SettingsError([`Nothing can listen on HOST=${host} PORT=${port}: ${reason}.`])
}

function serverOptions(
  services: readonly Service[],
  running: readonly RunningService[],
  settings: KernelSettings,
  log: Log,
  clock: Clock,
): ServerOptions {
  const started = clock.now()
  const isLocal = settings.env === 'development' && isLoopback(settings.host)
  return {
    host: settings.host,
    port: settings.port,
    // Elsewhere a worker gets its connections from the supervisor.
    shares_port: settings.workers > 1 && process.platform === 'linux',
    spool_folder: join(settings.data_dir, 'spool'),
    log,
    clock,
    routes: running.flatMap(({ routes }) => routes),
    kernel_routes: kernelRoutesOf(running, settings),
    ...describeProcess(services),
    documents: createEventDocuments(services, ABOUT),
    limits: {
      body_bytes: settings.most_body_bytes,
      upload_bytes: settings.most_upload_bytes,
      handler_seconds: settings.request_seconds,
      linger_seconds: isCasual(settings) ? ENDING.linger_casually : ENDING.linger,
      drain_seconds: ENDING.drain,
      ...(isLocal || settings.rate_limit === 0 ? {} : { requests_per_minute: settings.rate_limit }),
    },
    cors_origins:
      settings.cors_origins?.split(',').map((origin) => origin.trim()) ?? (isLocal ? localOrigins(settings.port) : []),
    trusted_proxies: settings.trusted_proxies?.split(',').map((proxy) => proxy.trim()) ?? [],
    health: {
      ready: async () =>
        Object.fromEntries(await Promise.all(running.map(async ({ name, ready }) => [name, await readiness(ready)]))),
      status: async () => ({
        version: VERSION,
        env: settings.env,
        uptime_seconds: Math.floor((clock.now() - started) / 1000),
        services: Object.fromEntries(
          await Promise.all(running.map(async ({ name, status }) => [name, await status()])),
        ),
      }),
    },
  }
}

/** Tokens of pages over all services are sealed as those of the first one, whichever instance it is. */
function kernelRoutesOf(running: readonly RunningService[], settings: KernelSettings): readonly Route[] {
  const all = running.map(({ operated }) => operated)
  const media = { path: MEDIA_PATH, names: MEDIA_NAMES, content_type: 'image/webp', folder: mediaFolder(settings) }
  return [
    filesRoute(media),
    createMetricsRoute(all),
    ...running.slice(0, 1).flatMap(({ tokens }) => createOperationsRoutes(all, tokens)),
  ]
}

/** The console's while it is developed, and our own under either name. */
const localOrigins = (port: number): readonly string[] =>
  [3000, port].flatMap((each) => [`http://localhost:${each}`, `http://127.0.0.1:${each}`])

/** Milliseconds until a service that says nothing is not ready: less than the server's own patience, so that it is named. */
const PATIENCE = 600

async function readiness(ready: () => Promise<void>): Promise<PartStatus> {
  try {
    const silence = sleep(PATIENCE, { ready: false, detail: `It said nothing for ${PATIENCE} ms.` }, { ref: false })
    return await Promise.race([ready().then(() => ({ ready: true })), silence])
  } catch (error) {
    return { ready: false, detail: error instanceof AppError ? error.message : 'It failed.' }
  }
}

function onlyOnce(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work()
    return done
  }
}
