import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { type Clock, type ErrorCodes, type Log, systemClock, type Tracer } from '@mainspring/core'
import type { InjectOptions } from 'fastify'
import { createApp } from './app.ts'
import { createDocRoutes } from './docs.ts'
import type { ServedDocument } from './document.ts'
import { createDrain } from './drain.ts'
import type { Site } from './failure.ts'
import { createHealthRoutes, type Health } from './health.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { createDocument, type Info, type OpenApi } from './openapi.ts'
import { checkPaths } from './path.ts'
import { mergeCodes } from './problem.ts'
import { createReferenceRoutes } from './reference.ts'
import type { Route } from './route.ts'

/** What a server is made of. */
export interface ServerOptions {
  readonly routes: readonly Route[]
  /** Routes of the kernel's own, under names that no other may claim; those that say what they answer are in the document. */
  readonly kernel_routes?: readonly Route[]
  /** The codes that the routes may answer with, from each package that has some. */
  readonly codes: readonly ErrorCodes[]
  readonly info: Info
  /** What else there is to read. */
  readonly documents?: readonly ServedDocument[]
  readonly health: Health
  readonly log: Log
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Other processes listen on the port as well, and the system divides connections among them. Not everywhere: Linux does. */
  readonly shares_port?: boolean
  readonly limits?: Partial<Limits>
  /** Origins whose pages may call; none by default. */
  readonly cors_origins?: readonly string[]
  /** Addresses or networks of proxies whose `X-Forwarded-*` are believed; none by default. */
  readonly trusted_proxies?: readonly string[]
  /** Where uploads are while they are worked on: on a disk, for the system's folder, which is the default, may be memory. */
  readonly spool_folder?: string
  readonly clock?: Clock
  /** Told of each request but those of who only watches. */
  readonly tracer?: Tracer | undefined
}

/** A server that was made; it takes no connection before `listen`. */
export interface Server {
  /** Takes connections; resolves to its own URL, `http://127.0.0.1:4000`. */
  readonly listen: () => Promise<string>
  /**
   * Stops: /readyz says 503 from now on, streams of events end, no new connection is taken, what is under way is answered and its connection
   * closed, and what is not done by the deadline is cut. Calling it again waits for the first call.
   */
  readonly close: () => Promise<void>
  /** The OpenAPI document of all routes. */
  readonly openapi: OpenApi
  /** Answers a request without a socket, for tests. */
  readonly inject: (request: InjectOptions) => Promise<Answer>
}

/** What `inject` answers. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** The OpenAPI document of a server that need not be there. Throws when its routes contradict each other or the catalogue of codes. */
export function describeServer({ routes, kernel_routes = [], codes, info }: Described): OpenApi {
  const described = kernel_routes.filter(({ replies }) => replies.length > 0)
  return createDocument([...routes, ...described], info, mergeCodes(codes))
}

/** What of a server is described. */
export type Described = Pick<ServerOptions, 'routes' | 'kernel_routes' | 'codes' | 'info'>

/** Makes a server of routes. Throws when routes contradict each other or the catalogue of codes: such a server must not start. */
export function createServer(options: ServerOptions): Server {
  const { info, health, log, host, port, spool_folder = tmpdir(), kernel_routes = [] } = options
  const limits = { ...defaultLimits, ...options.limits }
  const codes = mergeCodes(options.codes)
  checkPaths(options.routes)
  if (options.routes.some(({ upload }) => upload)) mkdirSync(spool_folder, { recursive: true })
  const describe = () => describeServer(options)

  let closed: Promise<void> | undefined
  const closing = new AbortController()
  const site: Site = { codes, log, isClosing: () => closing.signal.aborted, closing: closing.signal }
  const kernel = [
    ...createHealthRoutes(health, site.isClosing),
    ...createDocRoutes(info, codes, describe, options.documents ?? []),
    ...createReferenceRoutes(info.title),
    ...kernel_routes,
  ]
  const app = createApp({
    site,
    limits,
    routes: [...options.routes, ...kernel],
    clock: options.clock ?? systemClock,
    cors_origins: options.cors_origins ?? [],
    trusted_proxies: options.trusted_proxies ?? [],
    spool_folder,
    tracer: options.tracer,
  })
  const drain = createDrain(app.server)
  // By name Fastify would open a second server for IPv6, which closes after the first one, and after its databases.
  const place = { host: host === 'localhost' ? '127.0.0.1' : host, port, reusePort: options.shares_port ?? false }

  return {
    get openapi() {
      return describe()
    },
    listen: () => app.listen(place),
    close() {
      closed ??= close()
      return closed
    },
    async inject(request) {
      const { statusCode, headers, payload } = await app.inject(request)
      return {
        status: statusCode,
        headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        text: payload,
      }
    },
  }

  async function close(): Promise<void> {
    closing.abort()
    await setTimeout(limits.linger_seconds * 1000)
    const { stop } = drain(limits.drain_seconds * 1000)
    await app.close()
    stop()
  }
}
